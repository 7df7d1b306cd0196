package httpapi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/gateway/internal/gateway"
)

const (
	// maxExports is the number of exports at the same time. Each holds a connection to the database and a snapshot.
	maxExports = 3
	// exportLimit is how long an export may take. PostgreSQL keeps everything deleted since its beginning for it, and a new
	// read model waits for its end.
	exportLimit = 30 * time.Minute
	// exportRetry is when a client may try again after [errTooManyExports].
	exportRetry = 10 * time.Second
)

var (
	errTooManyExports = &errs.Error{
		Kind: errs.KindTooMany, Code: "TOO_MANY_EXPORTS", Message: "Other exports are in progress. Please try again later.", RetryAfter: exportRetry,
	}
	errSlowReader = errors.New("the client reads too slowly")
)

// encoding writes users in one format.
type encoding struct {
	contentType, file string
	// begin writes what precedes the first row.
	begin func(w *bufio.Writer) error
	row   func(w *bufio.Writer, u gateway.FullUser) error
}

var encodings = map[string]encoding{
	"csv":    {"text/csv; charset=utf-8; header=present", "users.csv", writeCSVHeader, writeCSVRow},
	"ndjson": {"application/x-ndjson", "users.ndjson", func(*bufio.Writer) error { return nil }, writeJSONLine},
}

// exportUsers handles GET /api/users/full?format=csv|ndjson: all rows of a filter, in the order of sort. A failure after
// the first byte cuts the connection, so that nobody takes a part for the whole.
func (a *api) exportUsers(c *gin.Context, values url.Values) {
	format, query, err := a.parseExport(values)
	if err != nil {
		web.Fail(c, err)
		return
	}
	select {
	case a.exports <- struct{}{}:
		defer func() { <-a.exports }()
	default:
		web.Fail(c, errTooManyExports)
		return
	}
	limited, end := context.WithTimeout(c.Request.Context(), exportLimit)
	defer end()
	ctx, cancel := context.WithCancelCause(limited)
	defer cancel(nil)
	e := &export{encoding: format, c: c, out: bufio.NewWriter(c.Writer), pace: a.exportPace, cancel: cancel}
	if err = a.setAsOf(ctx, c.Writer.Header()); err == nil && !web.WantsHeadOnly(c.Request) {
		err = a.reader.EachFullUser(ctx, query, e.write)
	}
	if err == nil {
		err = e.finish()
	}
	switch {
	case err == nil:
	case !e.begun:
		c.Writer.Header().Del(headerAsOf)
		web.Fail(c, err)
	default:
		a.logger.WarnContext(c.Request.Context(), "an export was cut off", "rows", e.rows, "error", errors.Join(err, context.Cause(ctx)))
		panic(http.ErrAbortHandler)
	}
}

// parseExport reads the parameters of an export.
func (a *api) parseExport(values url.Values) (encoding, listing.Query, error) {
	format, known := encodings[values.Get("format")]
	var problems []errs.Field
	if !known || len(values["format"]) > 1 {
		problems = append(problems, errs.Field{Field: "format", Message: "must be csv or ndjson"})
	}
	for _, name := range []string{"page", "perPage", "range"} {
		if values.Get(name) != "" {
			problems = append(problems, errs.Field{Field: name, Message: "cannot stand beside format: an export has all rows"})
		}
	}
	query, err := a.fields.Parse(values)
	if invalid, ok := errors.AsType[*errs.Error](err); ok {
		problems = append(problems, invalid.Fields...)
	}
	if problems != nil {
		return format, query, errs.Invalid(problems...)
	}
	return format, query, err
}

// export is an export in progress.
type export struct {
	encoding
	c      *gin.Context
	out    *bufio.Writer
	pace   time.Duration
	cancel context.CancelCauseFunc // ends the reading of rows
	begun  bool
	rows   int
}

// write writes a batch of rows. It ends the export, and the connection, if the client takes longer than the pace.
func (e *export) write(rows []gateway.FullUser) error {
	defer cutOffAfter(e.pace, e.c, e.cancel).Stop()
	if err := e.start(); err != nil {
		return err
	}
	for _, u := range rows {
		if err := e.row(e.out, u); err != nil {
			return fmt.Errorf("write user %d: %w", u.ID, err)
		}
	}
	e.rows += len(rows)
	return e.flush()
}

// cutOffAfter disconnects a client that has not taken what is being written after the pace. Stop it when that is done.
func cutOffAfter(pace time.Duration, c *gin.Context, cancel context.CancelCauseFunc) *time.Timer {
	control := http.NewResponseController(c.Writer)
	return time.AfterFunc(pace, func() {
		cancel(errSlowReader)
		_ = control.SetWriteDeadline(time.Now()) // ends a blocked write; else the server's deadline does
	})
}

// start sends the headers with the first batch, so that an error before it can still be answered.
func (e *export) start() error {
	if e.begun {
		return nil
	}
	e.begun = true
	e.c.Header("Content-Type", e.contentType)
	e.c.Header("Content-Disposition", `attachment; filename="`+e.file+`"`)
	e.c.Status(http.StatusOK)
	return e.begin(e.out)
}

// finish ends an export that may have no rows.
func (e *export) finish() error {
	if err := e.start(); err != nil {
		return err
	}
	return e.flush()
}

func (e *export) flush() error { return flush(e.out, e.c) }

// flush sends what has been written to out.
func flush(out *bufio.Writer, c *gin.Context) error {
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	if err := http.NewResponseController(c.Writer).Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("send: %w", err)
	}
	return nil
}
