package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"muster/libs/errs"
	"muster/libs/pg"
)

// statusClientClosed is the status in the access log when the caller disconnected first. Nobody reads the answer.
const statusClientClosed = 499

// Fail answers with err in the form of contract section 3, after [pg.Classify]. It logs err at the level of its kind,
// and aborts the handler chain.
func Fail(c *gin.Context, err error) {
	c.Abort()
	if errors.Is(err, context.Canceled) && c.Request.Context().Err() != nil {
		c.Status(statusClientClosed)
		return
	}
	write(c, Report(c, err))
}

// Report returns err after [pg.Classify], and logs it at the level of its kind. It is for an API that answers errors in
// another form than [Fail].
func Report(c *gin.Context, err error) *errs.Error {
	e := pg.Classify(err)
	if e.Kind == errs.KindForbidden {
		logRefusal(c, e)
	}
	countFailure(c, e)
	if e.Err != nil || e.Kind == errs.KindInternal {
		loggerOf(c).Log(c.Request.Context(), e.Kind.Level(), "request failed",
			"route", c.FullPath(), "code", e.Code, "error", err.Error())
	}
	return e
}

// logRefusal logs who was refused what: by ids, the network and the code of the error.
func logRefusal(c *gin.Context, e *errs.Error) {
	p, _ := c.Get(principalKey)
	who, _ := p.(Principal)
	target, _ := PathID(c, "id") // 0 for another route, and for what is no id
	loggerOf(c).Log(c.Request.Context(), e.Kind.Level(), "access refused", "method", c.Request.Method, "route", c.FullPath(),
		"code", cmp.Or(e.Code, "ADMIN_REQUIRED"), "actor", who.UserID, "session", who.SessionID, "target", target, "network", Network(ClientIP(c)))
}

const failuresKey = "muster/failures"

// carryFailures makes the counter of requests that failed on our side, by the stable code of the error.
func carryFailures() gin.HandlerFunc {
	counter, err := otel.Meter("muster/libs/web").Int64Counter("muster.http.failures", metric.WithDescription("Requests answered with a status of 500 or more, by the error's code"))
	if err != nil {
		panic(err) // of the name alone
	}
	counter.Add(context.Background(), 0, codeOf("INTERNAL")) // so that the first failure is an increase
	return func(c *gin.Context) { c.Set(failuresKey, counter) }
}

func countFailure(c *gin.Context, e *errs.Error) {
	if counter, carried := c.Value(failuresKey).(metric.Int64Counter); carried && e.Kind.Status() >= http.StatusInternalServerError {
		counter.Add(c.Request.Context(), 1, codeOf(e.Code))
	}
}

func codeOf(code string) metric.MeasurementOption {
	return metric.WithAttributes(attribute.String("code", code))
}

// write is the one place where an error becomes a response.
func write(c *gin.Context, e *errs.Error) {
	retry := e.RetryAfter.Seconds()
	if retry == 0 && (e.Kind == errs.KindUnavailable || e.Kind == errs.KindTooMany) {
		retry = 1
	}
	if retry > 0 {
		c.Header("Retry-After", strconv.Itoa(int(math.Ceil(retry))))
	}
	if e.Kind == errs.KindUnauthenticated {
		c.Header("WWW-Authenticate", "Bearer")
	}
	text, err := body(e)
	if err != nil { // a detail that cannot be encoded is a bug; answer with a generic body
		loggerOf(c).ErrorContext(c.Request.Context(), "error body not encoded", "error", err.Error())
		text = []byte(`{"message":"Something went wrong on our side.","code":"INTERNAL"}`)
	}
	c.Data(e.Kind.Status(), "application/json; charset=utf-8", text)
}

// body orders the members as the contract does: title if present, message, code, and the others by name.
func body(e *errs.Error) ([]byte, error) {
	names := slices.Sorted(maps.Keys(e.Detail))
	if title := slices.Index(names, "error"); title >= 0 {
		names = slices.Insert(slices.Delete(names, title, title+1), 0, "error")
	}
	values := maps.Clone(e.Detail)
	if values == nil {
		values = map[string]any{}
	}
	after := 0
	if len(names) > 0 && names[0] == "error" {
		after = 1
	}
	values["message"] = e.Message
	own := []string{"message"}
	if e.Code != "" {
		values["code"], own = e.Code, append(own, "code")
	}
	if len(e.Fields) > 0 {
		values["fields"], values["errors"], own = e.Fields, byField(e.Fields), append(own, "fields", "errors")
	}
	return encode(slices.Insert(names, after, own...), values)
}

// byField returns the first message of each field, the form that form libraries expect.
func byField(fields []errs.Field) map[string]string {
	messages := make(map[string]string, len(fields))
	for _, f := range slices.Backward(fields) {
		messages[f.Field] = f.Message
	}
	return messages
}

// encode makes a JSON object with its members in the given order.
func encode(names []string, values map[string]any) ([]byte, error) {
	text := []byte{'{'}
	for i, name := range names {
		value, err := json.Marshal(values[name])
		if err != nil {
			return nil, fmt.Errorf("member %s: %w", name, err)
		}
		if i > 0 {
			text = append(text, ',')
		}
		text = append(append(strconv.AppendQuote(text, name), ':'), value...)
	}
	return append(text, '}'), nil
}

// Unavailable is the error when a dependency of the service is unavailable.
func Unavailable(what string, cause error) error {
	return errs.New(errs.KindUnavailable, "UNAVAILABLE", what+" is not available right now. Please try again.").Because(cause)
}

// NoContent answers 204.
func NoContent(c *gin.Context) { c.Status(http.StatusNoContent); c.Writer.WriteHeaderNow() }
