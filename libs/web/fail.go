package web

import (
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

	"muster/libs/errs"
	"muster/libs/pg"
)

// statusClientClosed is what the access log shows when the caller hung up first; nobody reads the answer.
const statusClientClosed = 499

// Fail answers with err as contract section 3 has it and [pg.Classify] takes it, logs it as loudly as its kind deserves, and ends the chain.
func Fail(c *gin.Context, err error) {
	c.Abort()
	if errors.Is(err, context.Canceled) && c.Request.Context().Err() != nil {
		c.Status(statusClientClosed)
		return
	}
	e := pg.Classify(err)
	if e.Err != nil || e.Kind == errs.KindInternal {
		loggerOf(c).Log(c.Request.Context(), e.Kind.Level(), "request failed",
			"route", c.FullPath(), "code", e.Code, "error", err.Error())
	}
	write(c, e)
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
	if err != nil { // a detail that is no JSON: a bug, and no reason to say nothing
		loggerOf(c).ErrorContext(c.Request.Context(), "error body not encoded", "error", err.Error())
		text = []byte(`{"message":"Something went wrong on our side.","code":"INTERNAL"}`)
	}
	c.Data(e.Kind.Status(), "application/json; charset=utf-8", text)
}

// body has the members in the contract's order: the title where there is one, message, code, and then the rest by name.
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

// byField is the first message of each field, as form libraries expect.
func byField(fields []errs.Field) map[string]string {
	messages := make(map[string]string, len(fields))
	for _, f := range slices.Backward(fields) {
		messages[f.Field] = f.Message
	}
	return messages
}

// encode makes a JSON object with its members in an order.
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

// Unavailable is the answer when something the service depends on is away.
func Unavailable(what string, cause error) error {
	return errs.New(errs.KindUnavailable, "UNAVAILABLE", what+" is not available right now. Please try again.").Because(cause)
}

// NoContent answers 204.
func NoContent(c *gin.Context) { c.Status(http.StatusNoContent); c.Writer.WriteHeaderNow() }
