package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/usersapi"
	"muster/libs/web"
)

// maxSignIn is far more than the longest answer of identity, in bytes.
const maxSignIn = 64 << 10

// ready refuses a sign-in whose answer could not be completed, before identity consumes a refresh token.
func (a *api) ready(c *gin.Context) {
	if err := a.service.ReadyToSignIn(c.Request.Context()); err != nil {
		web.Fail(c, err)
	}
}

// signIn adds the user to identity's answer to a sign-in.
func (a *api) signIn(c *gin.Context, resp *http.Response, o outcome) error {
	return a.compose(c, resp, o, a.service.SignedIn)
}

// register adds the user to identity's answer to a registration, or replaces the answer by directory's refusal. If
// neither arrives in time the answer is 503: the account exists then, so another registration gets EMAIL_EXISTS and
// signing in works.
func (a *api) register(c *gin.Context, resp *http.Response, o outcome) error {
	return a.compose(c, resp, o, a.service.Registered)
}

// invited replaces identity's answer to an invitation by the user object, once the user exists and the mail is sent.
func (a *api) invited(c *gin.Context, resp *http.Response, o outcome) error {
	user, lacking, err := a.service.Registered(resp.Request.Context(), o.userID, o.writes)
	if err != nil {
		return err
	}
	text, err := json.Marshal(user)
	if err != nil {
		return fmt.Errorf("encode user: %w", err)
	}
	a.mark(c, resp, lacking)
	setBody(resp, text)
	return nil
}

type identifier func(ctx context.Context, userID int64, writes []causal.Write) (usersapi.User, []string, error)

// compose inserts the user before the members of identity's answer. An answer that signs nobody in, such as a request
// for a second factor, stays unchanged.
func (a *api) compose(c *gin.Context, resp *http.Response, o outcome, who identifier) error {
	if o.userID == 0 {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxSignIn))
	if err != nil {
		return web.Unavailable("Sign-in", err)
	}
	user, lacking, err := who(resp.Request.Context(), o.userID, o.writes)
	if err != nil {
		return err
	}
	composed, err := withUser(body, user)
	if err != nil {
		return err
	}
	a.mark(c, resp, lacking)
	setBody(resp, composed)
	return nil
}

// withUser inserts the user as the first member of a JSON object.
func withUser(object []byte, user usersapi.User) ([]byte, error) {
	if !json.Valid(object) {
		return nil, errors.New("identity's answer is not JSON")
	}
	members, ok := bytes.CutPrefix(bytes.TrimSpace(object), []byte("{"))
	if !ok {
		return nil, errors.New("identity's answer is not a JSON object")
	}
	text, err := json.Marshal(user)
	if err != nil {
		return nil, fmt.Errorf("encode user: %w", err)
	}
	separator := ","
	if bytes.HasPrefix(bytes.TrimSpace(members), []byte("}")) {
		separator = ""
	}
	return fmt.Appendf(nil, `{%q:%s%s%s`, SignedInUser, text, separator, members), nil
}
