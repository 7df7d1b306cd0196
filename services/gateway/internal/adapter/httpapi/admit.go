package httpapi

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/web"
)

// admit lets in whoever has a valid access token. It keeps the version of the user that the decision rests on: a service
// whose own copy is older waits for it, so that what was true here is true there.
func (a *api) admit(c *gin.Context) {
	a.auth.User(c)
	if !c.IsAborted() {
		keepVersion(c, web.CurrentPrincipal(c))
	}
}

// recognize lets everybody in. It drops an access token that [api.admit] would not take, and else keeps the version, too.
func (a *api) recognize(c *gin.Context) {
	p, err := a.auth.Presented(c)
	switch {
	case err != nil:
		web.Fail(c, err)
	case p == web.Principal{}:
		dropToken(c)
	default:
		keepVersion(c, p)
	}
}

// keepVersion notes what [internal] tells the service.
func keepVersion(c *gin.Context, p web.Principal) {
	c.Set(causal.HeaderUserVersion, strconv.FormatInt(p.UserVersion, 10))
}

// dropToken keeps a token that nobody has looked at from going on: on a public route a stale one does no harm.
func dropToken(c *gin.Context) { c.Request.Header.Del("Authorization") }

// standing is web.StandingOf over the read model.
func (a *api) standing(ctx context.Context, caller web.Caller) (web.Standing, error) {
	m, err := a.service.Member(ctx, caller.UserID)
	if err != nil {
		return web.Standing{}, err
	}
	s := web.Standing{Active: m.Admitted(), TypeCode: m.TypeCode, UserVersion: m.UserVersion, SessionEnded: m.HasEnded(caller.SessionID)}
	if m.TokensValidFrom != nil {
		s.TokensValidFrom = *m.TokensValidFrom
	}
	return s, nil
}
