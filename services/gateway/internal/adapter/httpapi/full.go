package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/listing"
	"muster/libs/web"
)

// headerAsOf is the time up to which the answer has every change that was published. It is missing while that is not
// known.
const headerAsOf = "X-Data-As-Of"

// setAsOf sets [headerAsOf]. It is called before the data is read, so the data is at least as fresh.
func (a *api) setAsOf(ctx context.Context, h http.Header) error {
	at, known, err := a.reader.AsOf(ctx)
	if err == nil && known {
		h.Set(headerAsOf, at.UTC().Truncate(time.Second).Format(time.RFC3339))
	}
	return err
}

// fullUsers handles GET /api/users/full (users-api section 4.2), also as an export.
func (a *api) fullUsers(c *gin.Context) {
	values, err := listing.ParseRawQuery(c.Request.URL.RawQuery)
	if err != nil {
		web.Fail(c, err)
		return
	}
	if values.Has("format") {
		a.exportUsers(c, values)
		return
	}
	query, err := a.fields.Parse(values)
	if err == nil {
		err = a.setAsOf(c.Request.Context(), c.Writer.Header())
	}
	if err != nil {
		web.Fail(c, err)
		return
	}
	page, err := a.reader.FullUsers(c.Request.Context(), query)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.List(c, page)
}

// fullAnswer replaces directory's answer to a change of a user by the full object, after the change has reached it.
func (a *api) fullAnswer(c *gin.Context, resp *http.Response, o outcome) error {
	id, err := web.PathID(c, "id")
	if err != nil {
		return err
	}
	if err := a.hold(c, resp, o); err != nil {
		return err
	}
	if err := a.setAsOf(resp.Request.Context(), resp.Header); err != nil {
		return err
	}
	user, err := a.reader.FullUser(resp.Request.Context(), id)
	if err != nil {
		return err
	}
	body, err := json.Marshal(user)
	if err != nil {
		return fmt.Errorf("encode user: %w", err)
	}
	setBody(resp, body)
	return nil
}

// setBody replaces the body of an answer.
func setBody(resp *http.Response, body []byte) {
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = int64(len(body))
	resp.Header.Set("Content-Length", strconv.Itoa(len(body)))
}

// fullUser handles GET /api/users/full/:id.
func (a *api) fullUser(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		web.Fail(c, err)
		return
	}
	if err := a.setAsOf(c.Request.Context(), c.Writer.Header()); err != nil {
		web.Fail(c, err)
		return
	}
	user, err := a.reader.FullUser(c.Request.Context(), id)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, user)
}
