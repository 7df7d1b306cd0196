package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"net/http"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/errs"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

const (
	headerIdempotencyKey = "Idempotency-Key"
	headerReplayed       = "Idempotent-Replayed"
	longestKey           = 255
	requestKeyName       = "billing/request"
)

// requestKey identifies a request across its retries. It is empty if the request has no Idempotency-Key.
func requestKey(c *gin.Context) string { return c.GetString(requestKeyName) }

// keptHeaders are the headers that are stored with an answer.
var keptHeaders = []string{"Content-Type", causal.HeaderWrote}

// idempotent replays the stored answer when a user repeats a request with the same Idempotency-Key and content. It
// stores answers below 500. It sends an answer only after storing it, because a client that retries at once would
// otherwise collide with its own first attempt.
func (a *api) idempotent(c *gin.Context) {
	key := c.GetHeader(headerIdempotencyKey)
	if key == "" {
		return
	}
	if !saneKey(key) {
		web.Fail(c, errs.InvalidField(headerIdempotencyKey, "must have at most 255 printable ASCII characters"))
		return
	}
	body, err := web.ReadBody(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	userID := web.CurrentPrincipal(c).UserID
	attempt, err := a.Answers.Begin(c.Request.Context(), userID, key, fingerprint(c, body), a.Now())
	if err != nil {
		web.Fail(c, err)
		return
	}
	if attempt.Answer != nil {
		replay(c, *attempt.Answer)
		return
	}
	c.Set(requestKeyName, attempt.Request)
	a.record(c, userID, key)
}

// record runs the handler and stores the answer before it sends it.
func (a *api) record(c *gin.Context, userID int64, key string) {
	// The answer must be stored even if the client disconnects.
	ctx := context.WithoutCancel(c.Request.Context())
	held := &heldAnswer{ResponseWriter: c.Writer, status: http.StatusOK}
	c.Writer = held
	finished := false
	defer func() {
		c.Writer = held.ResponseWriter
		if !finished { // a panic, which an outer middleware answers
			a.warn(ctx, a.Answers.Abandon(ctx, userID, key))
		}
	}()
	c.Next()
	finished = true
	if held.status >= http.StatusInternalServerError || held.status == http.StatusTooManyRequests || c.Request.Context().Err() != nil && held.body.Len() == 0 {
		a.warn(ctx, a.Answers.Abandon(ctx, userID, key))
	} else {
		a.warn(ctx, a.Answers.Complete(ctx, userID, key, held.answer()))
	}
	held.release()
}

func (a *api) warn(ctx context.Context, err error) {
	if err != nil {
		a.Logger.WarnContext(ctx, "answer not stored", "error", err)
	}
}

func saneKey(key string) bool {
	for _, b := range []byte(key) {
		if b < ' ' || b > '~' {
			return false
		}
	}
	return len(key) <= longestKey
}

func fingerprint(c *gin.Context, body []byte) []byte {
	h := sha256.New()
	h.Write([]byte(c.Request.Method + " " + c.Request.URL.Path + "\n"))
	h.Write(body)
	return h.Sum(nil)
}

func replay(c *gin.Context, a billing.Answer) {
	for name, value := range a.Header {
		c.Header(name, value)
	}
	c.Header(headerReplayed, "true")
	c.Status(a.Status)
	_, _ = c.Writer.Write(a.Body) // an error means that the client has disconnected
	c.Abort()
}

// heldAnswer buffers what a handler writes.
type heldAnswer struct {
	gin.ResponseWriter
	status int
	body   bytes.Buffer
}

func (h *heldAnswer) WriteHeader(status int)               { h.status = status }
func (h *heldAnswer) WriteHeaderNow()                      {}
func (h *heldAnswer) Write(b []byte) (int, error)          { return h.body.Write(b) }
func (h *heldAnswer) WriteString(text string) (int, error) { return h.body.WriteString(text) }
func (h *heldAnswer) Status() int                          { return h.status }
func (h *heldAnswer) Size() int                            { return h.body.Len() }
func (h *heldAnswer) Written() bool                        { return h.body.Len() > 0 }

func (h *heldAnswer) answer() billing.Answer {
	a := billing.Answer{Status: h.status, Header: map[string]string{}, Body: h.body.Bytes()}
	for _, name := range keptHeaders {
		if v := h.Header().Get(name); v != "" {
			a.Header[name] = v
		}
	}
	return a
}

// release sends the buffered answer.
func (h *heldAnswer) release() {
	h.ResponseWriter.WriteHeader(h.status)
	_, _ = h.ResponseWriter.Write(h.body.Bytes()) // an error means that the client has disconnected
}
