package zitadelapi

import (
	"context"
	"strings"
	"time"

	"connectrpc.com/connect"
	"github.com/gin-gonic/gin"

	"muster/libs/web"
	"muster/services/gateway/internal/gateway"
)

// call is the request in which a method is called.
type call struct {
	caller  gateway.Caller
	request *gin.Context
}

type callKey struct{}

// callOf panics for a request that [api.admit] has not admitted, which is a bug.
func callOf(ctx context.Context) call { return ctx.Value(callKey{}).(call) }

// admit requires the Authorization header with a valid access token, like the other routes of the gateway.
func (a *api) admit(refuse func(*gin.Context, error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Header("Cache-Control", "private, no-store")
		if strings.TrimSpace(c.GetHeader("Authorization")) == "" {
			refuse(c, errNoToken)
			return
		}
		p, err := a.Auth.Presented(c)
		if err == nil && p == (web.Principal{}) {
			err = errBadToken
		}
		if err != nil {
			refuse(c, err)
			return
		}
		caller := gateway.Caller{UserID: p.UserID, SessionID: p.SessionID, Network: web.Network(web.ClientIP(c)), Fresh: p.Fresh(time.Now())}
		c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), callKey{}, call{caller, c}))
	}
}

// explained turns the errors of methods into those of the protocol.
func (a *api) explained(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, r connect.AnyRequest) (connect.AnyResponse, error) {
		answer, err := next(ctx, r)
		if err == nil {
			return answer, nil
		}
		e, _ := explain(callOf(ctx).request, err)
		return nil, e
	}
}

// refuseRPC answers with the error in the protocol of the request.
func (a *api) refuseRPC(c *gin.Context, err error) {
	c.Abort()
	e, _ := explain(c, err)
	if err := a.errors.Write(eager{c.Writer}, c.Request, e); err != nil {
		a.Logger.DebugContext(c.Request.Context(), "error not written", "error", err)
	}
}
