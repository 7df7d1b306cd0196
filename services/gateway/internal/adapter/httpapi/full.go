package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
)

// fullUsers handles GET /api/users/full (users-api section 4.2).
func (a *api) fullUsers(c *gin.Context) {
	query, err := a.fields.ParseURL(c.Request.URL)
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
	user, err := a.reader.FullUser(c.Request.Context(), id)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, user)
}
