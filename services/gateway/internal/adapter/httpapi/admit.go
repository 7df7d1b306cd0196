package httpapi

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/web"
)

// versionKey is the context key of an *int64 in which [api.standing] stores the version of the user that it looked up.
type versionKey struct{}

// admit requires a valid access token. It stores the version of the user on which the decision is based: a service with
// an older copy waits for that version, so it decides on the same facts.
func (a *api) admit(c *gin.Context) {
	version := watchVersion(c)
	a.auth.User(c)
	c.Set(causal.HeaderUserVersion, strconv.FormatInt(*version, 10))
}

// recognize admits everybody. It drops an access token that [api.admit] would refuse; otherwise it stores the version,
// too.
func (a *api) recognize(c *gin.Context) {
	version := watchVersion(c)
	p, err := a.auth.Presented(c)
	switch {
	case err != nil:
		web.Fail(c, err)
	case p == web.Principal{}:
		dropToken(c)
	default:
		c.Set(causal.HeaderUserVersion, strconv.FormatInt(*version, 10))
	}
}

// watchVersion returns where [api.standing] stores the version of the user that it looks up for this request.
func watchVersion(c *gin.Context) *int64 {
	var version int64
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), versionKey{}, &version))
	return &version
}

// dropToken removes an unchecked token from the request: an expired token does no harm on a public route.
func dropToken(c *gin.Context) { c.Request.Header.Del("Authorization") }

// standing implements web.StandingOf on the read model.
func (a *api) standing(ctx context.Context, userID int64, sessionID string) (web.Standing, error) {
	m, err := a.service.Member(ctx, userID)
	if err != nil {
		return web.Standing{}, err
	}
	if version, ok := ctx.Value(versionKey{}).(*int64); ok {
		*version = m.UserVersion
	}
	s := web.Standing{Active: m.Admitted(), TypeCode: m.TypeCode, SessionEnded: m.HasEnded(sessionID)}
	if m.TokensValidFrom != nil {
		s.TokensValidFrom = *m.TokensValidFrom
	}
	return s, nil
}
