package httpapi

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/web"
	"muster/services/gateway/internal/gateway"
)

const (
	// personFormat and personVersion name the form of an export. A version only adds members.
	personFormat  = "muster-personal-data"
	personVersion = 1
	// personLimit is how long the services may take to hand out what they hold.
	personLimit = 2 * time.Minute
	// personPiece is what the client must take within the pace of exports.
	personPiece = 64 << 10
)

// personAnswer describes an export. The gateway's own read model is a copy of what the services hold.
type personAnswer struct {
	Format     string          `json:"format"`
	Version    int             `json:"version"`
	ExportedAt time.Time       `json:"exportedAt"`
	UserID     int64           `json:"userId"`
	Directory  json.RawMessage `json:"directory" jsonschema:"type=object"`
	Identity   json.RawMessage `json:"identity" jsonschema:"type=object"`
	Billing    json.RawMessage `json:"billing" jsonschema:"type=object"`
}

func (a *api) personRoutes() []web.Route {
	const text = "Everything that the services hold of the person, as one document. No secrets are in it. It is complete, or an error is answered. `version` 1 only gains members."
	export := func(path, id, summary string, handlers ...gin.HandlerFunc) web.Route {
		return web.Route{
			Method: http.MethodGet, Path: path, Access: web.User, Handlers: append(handlers, a.exportPerson),
			ID: id, Summary: summary, Text: text, Answer: personAnswer{}, Errors: []*errs.Error{gateway.ErrUserNotFound, errTooManyExports},
		}
	}
	own := export("/api/users/me/export", "exportMe", "One's own data")
	others := export("/api/users/:id/export", "exportUser", "The data of a person", a.refuseExport)
	others.Errors = append(others.Errors, web.ErrAdminOnly)
	return []web.Route{own, others}
}

// refuseExport passes administrators only. identity records a refusal before it is answered.
func (a *api) refuseExport(c *gin.Context) {
	p := web.CurrentPrincipal(c)
	if p.IsAdmin() {
		return
	}
	id, err := web.PathID(c, "id")
	if err == nil {
		err = a.people.RefuseExport(c.Request.Context(), exportRequest(c, id))
	}
	if err == nil {
		err = web.ErrAdminOnly
	}
	web.Fail(c, err)
}

func exportRequest(c *gin.Context, id int64) gateway.ExportRequest {
	p := web.CurrentPrincipal(c)
	return gateway.ExportRequest{UserID: id, ActorID: p.UserID, SessionID: p.SessionID, IP: web.ClientIP(c)}
}

func (a *api) exportPerson(c *gin.Context) {
	id := web.CurrentPrincipal(c).UserID
	if c.Param("id") != "" {
		var err error
		if id, err = web.PathID(c, "id"); err != nil {
			web.Fail(c, err)
			return
		}
	}
	select {
	case a.exports <- struct{}{}:
		defer func() { <-a.exports }()
	default:
		web.Fail(c, errTooManyExports)
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), personLimit)
	defer cancel()
	data, err := a.people.PersonalData(ctx, exportRequest(c, id))
	if err != nil {
		web.Fail(c, err)
		return
	}
	defer data.Close()
	c.Header("Content-Type", "application/json; charset=utf-8")
	c.Header("Content-Disposition", `attachment; filename="user-`+strconv.FormatInt(id, 10)+`.json"`)
	c.Header(headerCache, "private, no-store")
	c.Status(http.StatusOK)
	if err := a.sendPerson(c, id, data); err != nil {
		a.logger.WarnContext(c.Request.Context(), "an export was cut off", "user", id, "error", err)
		panic(http.ErrAbortHandler)
	}
}

// sendPerson writes the document. The client must take each piece of it within the pace of exports.
func (a *api) sendPerson(c *gin.Context, id int64, data gateway.PersonalData) error {
	ctx, cancel := context.WithCancelCause(c.Request.Context())
	defer cancel(nil)
	out := bufio.NewWriterSize(c.Writer, personPiece)
	fmt.Fprintf(out, `{"format":%q,"version":%d,"exportedAt":%q,"userId":%d`, personFormat, personVersion, time.Now().UTC().Format(time.RFC3339), id)
	for _, part := range []struct {
		name string
		from io.Reader
	}{{"directory", data.Directory}, {"identity", data.Identity}, {"billing", data.Billing}} {
		fmt.Fprintf(out, `,%q:`, part.name)
		for {
			timer := cutOffAfter(a.exportPace, c, cancel)
			_, err := io.CopyN(out, part.from, personPiece)
			timer.Stop()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return errors.Join(err, context.Cause(ctx))
			}
		}
	}
	fmt.Fprint(out, "}")
	defer cutOffAfter(a.exportPace, c, cancel).Stop()
	return flush(out, c)
}
