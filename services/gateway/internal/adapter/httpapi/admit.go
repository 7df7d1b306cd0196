package httpapi

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/web"
	"muster/services/gateway/internal/gateway"
)

// admit requires a valid access token. It stores the version of the user on which the decision is based: a service with
// an older copy waits for that version, so it decides on the same facts.
func (a *api) admit(c *gin.Context) {
	a.auth.User(c)
	if !c.IsAborted() {
		keepVersion(c, web.CurrentPrincipal(c))
	}
}

// recognize admits everybody. It drops an access token that [api.admit] would refuse; otherwise it stores the version,
// too.
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

// keepVersion stores the user's version, which [internal] sends to the service.
func keepVersion(c *gin.Context, p web.Principal) {
	c.Set(causal.HeaderUserVersion, strconv.FormatInt(p.UserVersion, 10))
}

// dropToken removes an unchecked token from the request: an expired token does no harm on a public route.
func dropToken(c *gin.Context) { c.Request.Header.Del("Authorization") }

// Authenticator authenticates callers by what the read model knows about them, and limits their pace. keys remember tokens ([web.Keys.Remember])
// if the gateway is to vouch for them.
func Authenticator(service *gateway.Service, keys *web.Keys, csrf web.CSRF, pace *Pace) *web.Authenticator {
	return web.NewAuthenticator(keys, csrf, func(ctx context.Context, caller web.Caller) (web.Standing, error) {
		if err := pace.byUser(ctx, caller.UserID); err != nil {
			return web.Standing{}, err
		}
		m, err := service.Member(ctx, caller.UserID)
		if err != nil {
			return web.Standing{}, err
		}
		s := web.Standing{Active: m.Admitted(), TypeCode: m.TypeCode, UserVersion: m.UserVersion, SessionEnded: m.HasEnded(caller.SessionID)}
		if m.TokensValidFrom != nil {
			s.TokensValidFrom = *m.TokensValidFrom
		}
		return s, nil
	})
}
