package identity

import (
	"context"
	"errors"
	"fmt"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
)

// Refresh exchanges a refresh token for a new one and an access token. The used token becomes invalid. Using it again
// ends its session, because one of its two users is not the owner.
//
// Error: ErrRefreshInvalid for every invalid token. If the attempt ended a session, the result still holds the account
// and its version.
func (s *Service) Refresh(ctx context.Context, refreshToken string) (SignedIn, error) {
	if refreshToken == "" {
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
		if a, token, session, err = lockToken(ctx, tx, hashOf(refreshToken)); err != nil {
			return err
		}
		if !a.Admitted() || session.EndedAt != nil || !token.ExpiresAt.After(now) {
			return ErrRefreshInvalid
		}
		if reused = token.UsedAt != nil; reused {
			a, err = s.endSession(ctx, tx, a, session.ID)
			return err
		}
		session.LastUsedAt, session.ExpiresAt = now, now.Add(s.rules.RefreshTokenLife)
		var successor RefreshToken
		next, successor = newRefreshToken(session, now)
		return tx.RotateToken(ctx, token.Hash, successor, session)
	})
	if reused && err == nil { // return nil, so that the end of the session is committed
		return SignedIn{UserID: a.UserID, Version: a.Version}, fmt.Errorf("refresh: %w", ErrRefreshInvalid)
	}
	if err != nil {
		return SignedIn{}, fmt.Errorf("refresh: %w", err)
	}
	return s.signedIn(a, session, next, now)
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

// endSession ends a session of the locked account and publishes that, unless the session had already ended. It returns
// the resulting account.
func (s *Service) endSession(ctx context.Context, tx Tx, a Account, id string) (Account, error) {
	now := s.now()
	ended, err := tx.EndSession(ctx, id, now)
	if err != nil || !ended {
		return a, err
	}
	a = a.EndSession(id, now, s.tokenLife())
	if err := tx.UpdateAccount(ctx, a); err != nil {
		return a, err
	}
	return a, tx.Publish(ctx, a.State(), a.event(identityv1.SessionEnded, now, id))
}
