package httpapi

import (
	"context"
	"io"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
)

// People writes what billing holds of people.
type People interface {
	WritePerson(ctx context.Context, userID int64, w io.Writer) error
}

// writePerson answers another service with everything that billing holds of a user.
func writePerson(people People) gin.HandlerFunc {
	return func(c *gin.Context) {
		id, err := web.PathID(c, "id")
		if err != nil {
			web.Fail(c, err)
			return
		}
		web.StreamJSON(c, func(w io.Writer) error { return people.WritePerson(c.Request.Context(), id, w) })
	}
}
