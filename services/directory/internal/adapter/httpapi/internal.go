package httpapi

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/web"
	"muster/services/directory/internal/directory"
)

// longestWait bounds how long an internal call is held.
const longestWait = 2 * time.Second

// awaitMail answers when every mail of a user has been handed to the mail server once or the wait has timed out. The
// gateway calls it before it answers a registration, so the mail has been sent when the client reads the answer.
func (a *api) awaitMail(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		web.Fail(c, err)
		return
	}
	wait, err := time.ParseDuration(c.DefaultQuery("wait", "1s"))
	if err != nil || wait < 0 {
		web.Fail(c, errs.InvalidField("wait", `must be a duration such as "500ms"`))
		return
	}
	pending, err := a.Service.AwaitMail(c.Request.Context(), id, min(wait, longestWait))
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"pending": pending})
}

// legacyTotals answers how many legacy users there are, and how many of them have a user.
func (a *api) legacyTotals(c *gin.Context) {
	totals, err := a.internal.LegacyTotals(c.Request.Context())
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"legacy": totals.Legacy, "migrated": totals.Migrated})
}

// writePerson answers with everything that directory holds of a user.
func (a *api) writePerson(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		failCaller(c, err)
		return
	}
	web.StreamJSON(c, func(w io.Writer) error {
		err := a.internal.WritePerson(c.Request.Context(), id, w)
		if errors.Is(err, directory.ErrUserNotFound) {
			return errNoUser
		}
		return err
	})
}
