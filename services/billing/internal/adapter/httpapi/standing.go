package httpapi

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/errs"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

type versionKey struct{}

// wantVersion stores the user version that the gateway has seen in the context, where StandingOf reads it.
func wantVersion(c *gin.Context) {
	text := c.GetHeader(causal.HeaderUserVersion)
	if text == "" {
		return
	}
	version, err := strconv.ParseInt(text, 10, 64)
	if err != nil || version < 0 {
		web.Fail(c, errs.InvalidField(causal.HeaderUserVersion, "must be a version"))
		return
	}
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), versionKey{}, version))
}

// StandingOf looks users up in billing's own copy. It waits until the copy has the version that the request requires.
func StandingOf(s *billing.Service) web.StandingOf {
	return func(ctx context.Context, userID int64, _ string) (web.Standing, error) {
		atLeast, _ := ctx.Value(versionKey{}).(int64)
		standing, err := s.StandingOf(ctx, userID, atLeast)
		return web.Standing{Active: standing.Active, TypeCode: standing.TypeCode}, err
	}
}
