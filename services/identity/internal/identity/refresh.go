package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
)

// refreshGrace is how long the token before the last one still answers (auth-api.md, "Refresh"): two tabs may use a token at
// the same time, and an answer may get lost.
const refreshGrace = 10 * time.Second

// Renewal is the input of a refresh.
type Renewal struct {
	Token  string
	Client Client
	// Admit may refuse the session of the token before anything changes. Nil admits every session.
	Admit func(sessionID string) error
}

// Refresh exchanges a refresh token for its successor and an access token. For 10 s the exchange can be repeated, and
// gives the same successor until that is used itself. After that, using the token again ends its session, because one of
// its two users is not the owner.
//
// Errors: ErrRefreshInvalid for every invalid token; that of in.Admit. If the attempt ended a session, the result still
// holds the account and its version.
func (s *Service) Refresh(ctx context.Context, in Renewal) (SignedIn, error) {
	if in.Token == "" {
		return SignedIn{}, errs.InvalidField("refreshToken", "is required")
	}
	now := s.now()
	var a Account
	var session Session
	var next string
	var reused bool
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		var token RefreshToken
		var err error
		if a, token, session, err = lockToken(ctx, tx, hashOf(in.Token)); err != nil {
			return err
		}
		if in.Admit != nil {
			if err := in.Admit(session.ID); err != nil {
				return err
			}
		}
		if !a.Admitted() || session.EndedAt != nil || !token.ExpiresAt.After(now) || !s.expiry(session, now).After(now) {
			return ErrRefreshInvalid
		}
		if token.UsedAt == nil {
			next, session, err = s.rotateToken(ctx, tx, token, in, session, now)
			return err
		}
		if next, err = repeated(ctx, tx, token, in.Token, now); err != nil {
			return err
		}
		if reused = next == ""; reused {
			a, err = s.endReused(ctx, tx, a, session.ID)
		}
		return err
	})
	if reused && err == nil { // return nil, so that the end of the session is committed
		return SignedIn{UserID: a.UserID, Version: a.Version}, fmt.Errorf("refresh: %w", ErrRefreshInvalid)
	}
	if err != nil {
		return SignedIn{}, fmt.Errorf("refresh: %w", err)
	}
	return s.signedIn(ctx, a, session, next, now)
}

// rotateToken uses a token and returns its successor and the session as it goes on.
func (s *Service) rotateToken(ctx context.Context, tx Tx, token RefreshToken, in Renewal, session Session, now time.Time) (string, Session, error) {
	session.LastUsedAt, session.ExpiresAt = now, s.expiry(session, now)
	session.Client = in.Client.stored()
	token.UsedAt, token.Salt = &now, newSalt()
	next := successor(in.Token, token.Salt)
	return next, session, tx.RotateToken(ctx, token, newRefreshToken(next, session, now), session)
}

// repeated returns the successor of a used token while the token still answers, and otherwise an empty string: when it was
// used too long ago, or when the successor has been used.
func repeated(ctx context.Context, tx Tx, used RefreshToken, secret string, now time.Time) (string, error) {
	if now.After(used.UsedAt.Add(refreshGrace)) || len(used.Salt) == 0 {
		return "", nil
	}
	next := successor(secret, used.Salt)
	token, _, err := tx.RefreshToken(ctx, hashOf(next))
	if errors.Is(err, ErrTokenNotFound) || (err == nil && token.UsedAt != nil) {
		return "", nil
	}
	return next, err
}

// lockToken finds a token, locks its account, and reads the token again under the lock. Every change to an account's
// tokens begins with the account's lock.
func lockToken(ctx context.Context, tx Tx, hash []byte) (Account, RefreshToken, Session, error) {
	_, session, err := tx.RefreshToken(ctx, hash)
	if err != nil {
		return Account{}, RefreshToken{}, Session{}, orInvalid(err)
	}
	a, err := tx.LockAccount(ctx, session.UserID)
	if err != nil {
		return Account{}, RefreshToken{}, Session{}, orInvalid(err)
	}
	token, session, err := tx.RefreshToken(ctx, hash)
	return a, token, session, orInvalid(err)
}

func orInvalid(err error) error {
	if errors.Is(err, ErrTokenNotFound) || errors.Is(err, ErrAccountNotFound) {
		return ErrRefreshInvalid.Because(err)
	}
	return err
}

// endReused ends the session of a token that was used twice, and publishes why.
func (s *Service) endReused(ctx context.Context, tx Tx, a Account, id string) (Account, error) {
	ended, err := s.endSession(ctx, tx, a, id)
	if err != nil || ended.Version == a.Version {
		return ended, err
	}
	entry := AuditEntry{Action: ActRefresh, Result: ResultReused, TargetID: a.UserID, SessionID: id}
	if err := s.trail.Record(ctx, entry.from(ctx)); err != nil {
		return ended, err
	}
	return ended, tx.Publish(ctx, ended.event(identityv1.TokenReused, s.now(), id))
}

// endSession ends a session of the locked account and publishes that, unless the account has no such open session. It
// returns the resulting account.
func (s *Service) endSession(ctx context.Context, tx Tx, a Account, id string) (Account, error) {
	now := s.now()
	ended, err := tx.EndSession(ctx, a.UserID, id, now)
	if err != nil || !ended {
		return a, err
	}
	a = a.EndSession(id, now, s.tokenLife())
	if err := tx.UpdateAccount(ctx, a); err != nil {
		return a, err
	}
	return a, tx.Publish(ctx, a.State(), a.event(identityv1.SessionEnded, now, id))
}
