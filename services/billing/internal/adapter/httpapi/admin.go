package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

// one answers with the object that the path names.
func one[V, B any](c *gin.Context, find func(ctx context.Context, id int64) (V, error), body func(V) B) {
	id, err := web.PathID(c, "id")
	if err != nil {
		web.Fail(c, err)
		return
	}
	v, err := find(c.Request.Context(), id)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, body(v))
}

// change changes the object that the path names, and answers with the result.
func change[In, V, B any](c *gin.Context, body func(V) B, apply func(ctx context.Context, id int64, in In) (V, error)) {
	id, err := web.PathID(c, "id")
	if err != nil {
		web.Fail(c, err)
		return
	}
	in, err := web.Bind[In](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	v, err := apply(c.Request.Context(), id, in)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, body(v))
}

// archive archives the object that the path names.
func archive(c *gin.Context, do func(ctx context.Context, id int64) error) {
	id, err := web.PathID(c, "id")
	if err != nil {
		web.Fail(c, err)
		return
	}
	if err := do(c.Request.Context(), id); err != nil {
		web.Fail(c, err)
		return
	}
	web.Deleted(c, id)
}

const (
	actedOnName   = "billing/acted-on"
	longestDetail = 16 << 10
)

// actedOn tells the audit log which new object an act has made.
func actedOn(c *gin.Context, id int64) { c.Set(actedOnName, strconv.FormatInt(id, 10)) }

// audit records an administrator's act before it happens, and its outcome after it. An act that cannot be recorded does
// not happen. An answer that is replayed is no act.
func (a *api) audit(c *gin.Context) {
	body, err := web.ReadBody(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	id, err := a.Audit.BeginAct(c.Request.Context(), billing.Act{
		AdminID: web.CurrentPrincipal(c).UserID, Action: c.Request.Method + " " + c.FullPath(), Object: objectOf(c), Detail: detailOf(body), At: a.Now(),
	})
	if err != nil {
		web.Fail(c, err)
		return
	}
	// The outcome must be stored even if the client disconnects.
	ctx := context.WithoutCancel(c.Request.Context())
	c.Next()
	if err := a.Audit.EndAct(ctx, id, billing.ActEnd{Status: c.Writer.Status(), Object: c.GetString(actedOnName), At: a.Now()}); err != nil {
		a.Logger.WarnContext(ctx, "end of an act not stored", "act", id, "error", err)
	}
}

// objectOf returns the id in the path, if it can be stored. The handler refuses any other one.
func objectOf(c *gin.Context) string {
	if id := c.Param("id"); providerID.MatchString(id) {
		return id
	}
	return ""
}

// detailOf returns a body that can be stored as JSON, or nil.
func detailOf(body []byte) []byte {
	if len(body) > longestDetail || !utf8.Valid(body) || !json.Valid(body) {
		return nil
	}
	return body
}
