package web

import (
	"context"
	"errors"
	"maps"
	"math"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/pg"
)

// statusClientClosed is what the access log shows when the caller hung up first; nobody reads the answer.
const statusClientClosed = 499

// Fail answers with err as contract section 3 has it, logs it as loudly as its kind deserves, and ends the chain.
func Fail(c *gin.Context, err error) {
	c.Abort()
	if errors.Is(err, context.Canceled) && c.Request.Context().Err() != nil {
		c.Status(statusClientClosed)
		return
	}
	e := design(err)
	if e.Err != nil || e.Kind == errs.KindInternal {
		loggerOf(c).Log(c.Request.Context(), e.Kind.Level(), "request failed",
			"route", c.FullPath(), "code", e.Code, "error", err.Error())
	}
	write(c, e)
}

// design makes an answer of any error. One that comes of the database's or the network's circumstances is a dependency
// that is away (contract section 3: 503), wherever it was met.
func design(err error) *errs.Error {
	e := errs.From(err)
	if e.Kind == errs.KindInternal && pg.IsTransient(err) {
		return errs.From(Unavailable("The service", err))
	}
	return e
}

// write is the one place where an error becomes a response.
func write(c *gin.Context, e *errs.Error) {
	body := gin.H{}
	maps.Copy(body, e.Detail)
	body["message"] = e.Message
	if e.Code != "" {
		body["code"] = e.Code
	}
	if len(e.Fields) > 0 {
		body["fields"] = e.Fields
	}
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
	c.JSON(e.Kind.Status(), body)
}

var errTooLarge = errs.New(errs.KindTooLarge, "BODY_TOO_LARGE", "The request body is larger than 1 MiB.")

// Unavailable is the answer when something the service depends on is away.
func Unavailable(what string, cause error) error {
	return errs.New(errs.KindUnavailable, "UNAVAILABLE", what+" is not available right now. Please try again.").Because(cause)
}

// NoContent answers 204.
func NoContent(c *gin.Context) { c.Status(http.StatusNoContent); c.Writer.WriteHeaderNow() }
