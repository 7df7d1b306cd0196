package gateway

import (
	"context"
	"time"

	"muster/libs/causal"
	"muster/libs/usersapi"
)

// mailWait is how long the answer to a registration waits for its mail to be out.
const mailWait = time.Second

// ReadyToSignIn returns nil when an answer to a sign-in can be completed. It is asked before identity is: identity
// spends the refresh token when it answers, so an answer that is then lost would sign the user out.
func (s *Service) ReadyToSignIn(ctx context.Context) error { return s.model.Ready(ctx) }

// SignedIn is the user whom identity has let in, once the writes of the sign-in have taken effect; lacking as for
// [Service.Follow].
//
// A user on whom directory has not decided is shown as the registration asked for. That is possible only with something
// lacking, so the answer is marked; should directory refuse the registration later, the sessions end.
// [ErrBehind] when the registration has not arrived either: the account then exists and signing in will work.
// [ErrEmailExists] when directory has refused the registration, [ErrGone] when the user was deleted meanwhile.
func (s *Service) SignedIn(ctx context.Context, userID int64, writes []causal.Write) (user usersapi.User, lacking []string, err error) {
	lacking = s.Follow(ctx, writes)
	user, err = s.identify(ctx, userID)
	return user, lacking, err
}

// Registered is [Service.SignedIn] for somebody who has just registered: it waits also until the mail with the
// verification code is out, as far as the patience lasts.
func (s *Service) Registered(ctx context.Context, userID int64, writes []causal.Write) (user usersapi.User, lacking []string, err error) {
	held, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	lacking = s.Follow(held, writes)
	if user, err = s.identify(ctx, userID); err != nil || len(lacking) > 0 {
		return user, lacking, err
	}
	if wait := remaining(held, mailWait); wait > 0 {
		// A mail that is late, or a directory that just went away, is no reason to refuse a registration: the mail is
		// queued and will go out.
		_ = s.neighbours.AwaitMail(held, userID, wait)
	}
	return user, nil, nil
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
