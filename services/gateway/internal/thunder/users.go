package thunder

import (
	"context"
	"errors"

	"muster/libs/causal"
)

// Get returns a user. Errors, in this order: [ErrNoAddress], [ErrNoPassword], [ErrUserNotFound], [ErrCredentials].
func (s *Service) Get(ctx context.Context, c Caller, address string) (Answer, error) {
	return s.change(ctx, c, address, func(ctx context.Context, id int64) (Profile, []causal.Write, error) {
		profile, err := s.users.User(ctx, id)
		return profile, nil, err
	})
}

// Delete deletes a user and returns them as they were. Its errors are those of [Service.Get].
func (s *Service) Delete(ctx context.Context, c Caller, address string) (Answer, error) {
	return s.change(ctx, c, address, s.users.Delete)
}

// StartVerification gives a user a new verification token, which makes the address unverified, and mails it. Its errors
// are those of [Service.Get], then [ErrMail].
func (s *Service) StartVerification(ctx context.Context, c Caller, address string) (Answer, error) {
	return s.change(ctx, c, address, s.users.StartVerification)
}

// ResetVerification removes a user's verification token and makes the address unverified. Its errors are those of
// [Service.Get].
func (s *Service) ResetVerification(ctx context.Context, c Caller, address string) (Answer, error) {
	return s.change(ctx, c, address, s.users.ResetVerification)
}

// change makes the checks of a request about an existing user, in Thunder's order, and carries it out.
func (s *Service) change(ctx context.Context, c Caller, address string, do func(context.Context, int64) (Profile, []causal.Write, error)) (Answer, error) {
	if address == "" {
		return Answer{}, ErrNoAddress
	}
	password, err := s.proof(c)
	if err != nil {
		return Answer{}, err
	}
	return s.run(ctx, func(ctx context.Context) (Answer, error) {
		return s.with(ctx, c.Application, address, password, func(ctx context.Context, a Account) (Profile, []causal.Write, error) {
			return do(ctx, a.UserID)
		})
	})
}

// Update replaces a user's address, properties and, if the new user has one, the password. address is the current
// address; nil if it does not change. A client that disconnects does not interrupt the update.
//
// Errors, in this order: those of [Service.Create] about the user that was sent, of which a missing password is none,
// [ErrNoPassword], [ErrUserNotFound], [ErrCredentials], [ErrNewEmailExists].
func (s *Service) Update(ctx context.Context, c Caller, address *string, u *NewUser) (Answer, error) {
	if err := u.check(s.rules.Properties); err != nil {
		return Answer{}, err
	}
	password, err := s.proof(c)
	if err != nil {
		return Answer{}, err
	}
	if address == nil {
		address = u.Email.Address
	}
	return s.run(context.WithoutCancel(ctx), func(ctx context.Context) (Answer, error) {
		var stored *string
		answer, err := s.with(ctx, c.Application, *address, password, func(ctx context.Context, a Account) (Profile, []causal.Write, error) {
			profile, writes, err := s.users.Update(ctx, a.UserID, *u.Email.Address, u.Properties)
			if errors.Is(err, ErrEmailExists) {
				err = ErrNewEmailExists
			}
			stored = a.Password
			if err != nil || u.Password == "" {
				return profile, writes, err
			}
			var more []causal.Write
			stored, more, err = s.accounts.SetPassword(ctx, a.UserID, NewPassword{u.Password, s.rules.Algorithm, password})
			return profile, append(writes, more...), err
		})
		answer.Password = stored
		return answer, err
	})
}
