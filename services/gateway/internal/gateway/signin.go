package gateway

import (
	"context"

	"muster/libs/causal"
	"muster/libs/errs"
	"muster/libs/usersapi"
)

// ReadyToSignIn returns nil if an answer to a sign-in can be completed. It is called before identity: identity consumes
// the refresh token when it answers, so losing that answer would sign the user out.
func (s *Service) ReadyToSignIn(ctx context.Context) error { return s.model.Ready(ctx) }

// SignedIn returns the user that identity signed in, after the writes of the sign-in have taken effect. lacking is as
// for [Service.Follow].
//
// If directory has not decided on the registration, the user is shown as the registration requested. In that case
// something is always lacking, so the answer is marked. If directory refuses the registration later, the sessions end.
// [ErrBehind] if the registration has not arrived either: the account then exists and signing in will work.
// [ErrEmailExists] if directory has refused the registration, [ErrGone] if the user was deleted meanwhile.
func (s *Service) SignedIn(ctx context.Context, userID int64, writes []causal.Write) (user usersapi.User, lacking []string, err error) {
	lacking = s.Follow(ctx, writes)
	user, err = s.identify(ctx, userID)
	return user, lacking, err
}

// Registered is [Service.SignedIn] for a new registration: it also waits until the mail with the verification code is
// sent, within the consistency wait.
func (s *Service) Registered(ctx context.Context, userID int64, writes []causal.Write) (user usersapi.User, lacking []string, err error) {
	held, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	lacking = s.Follow(held, writes)
	if user, err = s.identify(ctx, userID); err != nil || len(lacking) > 0 {
		return user, lacking, err
	}
	s.awaitMail(held, userID)
	return user, nil, nil
}

// Accepted is [Service.Follow] for the account of a new user that is not signed in. It returns the errors of
// [Service.SignedIn] that say that there is no such user; if that is unknown, something is lacking.
func (s *Service) Accepted(ctx context.Context, userID int64, writes []causal.Write) (lacking []string, err error) {
	lacking = s.Follow(ctx, writes)
	_, err = s.identify(ctx, userID)
	switch errs.KindOf(err) {
	case errs.KindConflict, errs.KindUnauthenticated:
		return lacking, err
	}
	if err != nil && len(lacking) == 0 {
		lacking = []string{"user not arrived"}
	}
	return lacking, nil
}

func (s *Service) identify(ctx context.Context, userID int64) (usersapi.User, error) {
	p, err := s.model.Person(ctx, userID)
	switch {
	case err != nil:
		return usersapi.User{}, err
	case p.RejectedBecause != "":
		return usersapi.User{}, rejection(p.RejectedBecause)
	case p.Gone:
		return usersapi.User{}, ErrGone
	case p.User != nil:
		return *p.User, nil
	case p.Applicant != nil:
		return *p.Applicant, nil
	}
	return usersapi.User{}, ErrBehind
}
