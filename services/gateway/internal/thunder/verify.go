package thunder

import (
	"context"
	"errors"

	"muster/libs/causal"
	"muster/libs/limits"
)

// anybody stands for an application where none is needed. No application has a colon in its name.
const anybody = ":"

// Verify marks an address as verified for somebody who has its token. No application and no password is needed, so
// failures count by client network.
//
// Errors, in this order: [ErrNoAddress], [ErrTokenMissing], limits.ErrUsedUp, [ErrUserNotFound], [ErrNoToken],
// [ErrWrongToken].
func (s *Service) Verify(ctx context.Context, address, token, network string) (Answer, error) {
	switch {
	case address == "":
		return Answer{}, ErrNoAddress
	case token == "":
		return Answer{}, ErrTokenMissing
	}
	return s.run(ctx, func(ctx context.Context) (Answer, error) {
		failures := s.limit("thunder verifications").Of(network)
		if err := s.throttle.Check(ctx, failures); err != nil {
			return Answer{}, err
		}
		answer, err := s.with(ctx, anybody, address, nil, func(ctx context.Context, a Account) (Profile, []causal.Write, error) {
			return s.users.Verify(ctx, a.UserID, token)
		})
		if errors.Is(err, ErrUserNotFound) || errors.Is(err, ErrNoToken) || errors.Is(err, ErrWrongToken) {
			if err := s.throttle.Take(ctx, failures); err != nil {
				return Answer{}, err
			}
		}
		return answer, err
	})
}

// limit is the limit of a kind of failure.
func (s *Service) limit(name string) limits.Limit {
	return limits.Limit{Name: name, Most: s.rules.MaxFailures, Window: FailureWindow}
}
