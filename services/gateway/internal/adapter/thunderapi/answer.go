package thunderapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/errs"
	"muster/libs/limits"
	"muster/libs/web"
	"muster/services/gateway/internal/thunder"
)

const (
	// mediaType is how Thunder labels all its answers but the page.
	mediaType = "application/json"
	// statusClientClosed is the status in the access log when the client disconnected first.
	statusClientClosed = 499
)

// answer sends a user.
func (a *api) answer(c *gin.Context, status int, answer thunder.Answer) {
	body, err := userJSON(answer)
	if err != nil {
		a.fail(c, nil, err)
		return
	}
	c.Data(status, mediaType, body)
}

// mark adds the pending header and logs what was still missing when the wait ended.
func (a *api) mark(c *gin.Context, lacking []string) {
	if len(lacking) == 0 {
		return
	}
	c.Header(causal.HeaderConsistency, causal.ConsistencyPending)
	a.logger.WarnContext(c.Request.Context(), "answered before the write had taken effect",
		"route", c.FullPath(), "request_id", c.Writer.Header().Get(web.HeaderRequestID), "lacking", lacking)
}

// userJSON is a user in Thunder's form: the properties are members of the user. Those that directory stores under the
// name of another member of the user are left out.
func userJSON(a thunder.Answer) ([]byte, error) {
	email := struct {
		Address           string  `json:"address"`
		Verified          bool    `json:"verified"`
		VerificationToken *string `json:"verificationToken"`
	}{a.Address, a.Verified, a.Token}
	members := thunder.Properties{}
	add := func(name string, value any) error {
		text, err := encode(value)
		members = append(members, thunder.Property{Name: name, Value: text})
		return err
	}
	err := errors.Join(add("email", email), add("password", a.Password))
	for _, p := range a.Properties {
		if !thunder.IsReserved(p.Name) {
			members = append(members, p)
		}
	}
	err = errors.Join(err, add("creationTime", a.Created.UnixMilli()), add("lastUpdateTime", a.Updated.UnixMilli()))
	if err != nil {
		return nil, err
	}
	return encode(members)
}

// encode writes JSON without escapes for HTML.
func encode(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("encode user: %w", err)
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), nil
}

// fail answers with an error about a user, whose address is nil if the request has none.
func (a *api) fail(c *gin.Context, address *string, err error) {
	c.Abort()
	if errors.Is(c.Request.Context().Err(), context.Canceled) {
		c.Status(statusClientClosed)
		return
	}
	e := errs.From(err)
	if !errors.Is(err, thunder.ErrNoToken) { // the only error of status 500 that is nobody's fault
		e = web.Report(c, err)
	}
	switch {
	case errors.Is(e, thunder.ErrApplication):
		c.Header("WWW-Authenticate", `Basic realm="THUNDER - AUTHENTICATION"`)
		c.Data(e.Kind.Status(), "text/plain", []byte(e.Message))
	case errors.Is(e, thunder.ErrUnreadable):
		frameworkError(c, e.Kind.Status(), e.Message)
	case errors.Is(e, thunder.ErrTimedOut):
		c.Data(e.Kind.Status(), mediaType, []byte(e.Message))
	case e.Kind == errs.KindUnavailable:
		ownError(c, address, e, thunder.ErrUnavailable.Message)
	case e.Code == "", errors.Is(e, limits.ErrUsedUp):
		ownError(c, address, e, e.Message)
	default:
		frameworkError(c, e.Kind.Status(), "")
	}
}

// ownError answers with an error of Thunder's own.
func ownError(c *gin.Context, address *string, e *errs.Error, message string) {
	if e.Kind == errs.KindUnavailable || e.Kind == errs.KindTooMany {
		c.Header("Retry-After", strconv.Itoa(max(1, int(math.Ceil(e.RetryAfter.Seconds())))))
	}
	user := "null"
	if address != nil {
		user = *address
	}
	c.Data(e.Kind.Status(), mediaType, fmt.Appendf(nil, "%s (User: %s)", message, user))
}

// frameworkError answers with an error in Dropwizard's form. An empty message stands for the status's.
func frameworkError(c *gin.Context, status int, message string) {
	c.Abort()
	if message == "" {
		message = fmt.Sprintf("HTTP %d %s", status, http.StatusText(status))
	}
	c.Data(status, mediaType, fmt.Appendf(nil, `{"code":%d,"message":%q}`, status, message))
}
