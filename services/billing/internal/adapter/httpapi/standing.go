package httpapi

import (
	"context"

	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

// StandingOf looks callers up in billing's own copy of the users.
func StandingOf(s *billing.Service) web.StandingOf {
	return func(ctx context.Context, caller web.Caller) (web.Standing, error) {
		standing, err := s.StandingOf(ctx, caller.UserID, caller.AtLeast)
		return web.Standing{Active: standing.Active, TypeCode: standing.TypeCode}, err
	}
}
