package httpapi

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/web"
)

// versionKey is the context key of an *int64 that [api.standing] sets to the version of the user whom it looked up.
type versionKey struct{}

// admit lets in whoever has a valid access token, and keeps the version of the user that the decision rests on: a
// service whose own copy is older waits for it, so that what was true here is true there.
func (a *api) admit(c *gin.Context) {
	version := watchVersion(c)
	a.auth.User(c)
	c.Set(causal.HeaderUserVersion, strconv.FormatInt(*version, 10))
}

// recognize lets everybody in. It drops an access token that [api.admit] would not take; else it keeps the version, too.
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

// watchVersion gives where [api.standing] will put the version of the user whom it looks up for this request.
func watchVersion(c *gin.Context) *int64 {
	var version int64
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), versionKey{}, &version))
	return &version
}

// dropToken keeps a token that nobody has looked at from going on: on a public route a stale one does no harm.
func dropToken(c *gin.Context) { c.Request.Header.Del("Authorization") }

// standing is web.StandingOf over the read model.
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
