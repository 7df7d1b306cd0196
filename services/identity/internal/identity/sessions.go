package identity

import (
	"context"
	"fmt"

	"muster/libs/errs"
)

// ErrSessionNotFound answers a session id that is no open session of the user.
var ErrSessionNotFound = errs.New(errs.KindNotFound, "SESSION_NOT_FOUND", "Session not found")

// maxListedSessions is how many sessions Sessions returns.
const maxListedSessions = 1000

// Sessions returns the open sessions of a user, the last used first, and how many there are. It returns at most 1000.
func (s *Service) Sessions(ctx context.Context, userID int64) ([]Session, int, error) {
	sessions, total, err := s.store.OpenSessions(ctx, userID, s.now(), maxListedSessions)
	if err != nil {
		return nil, 0, fmt.Errorf("list sessions: %w", err)
	}
	return sessions, total, nil
}

// EndOwnSession ends an open session of the user and returns the resulting version of the account. ErrSessionNotFound
// when the user has no such session.
func (s *Service) EndOwnSession(ctx context.Context, userID int64, sessionID string) (int64, error) {
	version, ended, err := s.end(ctx, ActEndSession, userID, sessionID)
	switch {
	case err != nil:
		return 0, fmt.Errorf("end session: %w", err)
	case !ended:
		return 0, ErrSessionNotFound
	}
	return version, nil
}

// EndOtherSessions ends all sessions of the user except one and returns the resulting version of the account.
func (s *Service) EndOtherSessions(ctx context.Context, userID int64, except string) (int64, error) {
	var version int64
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := tx.LockAccount(ctx, userID)
		if err != nil {
			return err
		}
		now := s.now()
		ended, err := tx.EndSessions(ctx, userID, now, except, now)
		if version = a.Version; err != nil || len(ended) == 0 {
			return err
		}
		a.Version++
		a = a.nameEnded(ended, now, s.tokenLife())
		version = a.Version
		if err := tx.UpdateAccount(ctx, a); err != nil {
			return err
		}
		if err := s.doneBy(ctx, ActEndSessions, a, except); err != nil {
			return err
		}
		return tx.Publish(ctx, a.State())
	})
	if err != nil {
		return 0, fmt.Errorf("end other sessions: %w", err)
	}
	return version, nil
}

// end ends a session of the user and reports whether it was open. It returns the resulting version of the account.
func (s *Service) end(ctx context.Context, action Action, userID int64, sessionID string) (version int64, ended bool, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		locked, err := tx.LockAccount(ctx, userID)
		if err != nil {
			return err
		}
		a, err := s.endSession(ctx, tx, locked, sessionID)
		version, ended = a.Version, a.Version != locked.Version
		if err != nil || !ended {
			return err
		}
		return s.doneBy(ctx, action, a, sessionID)
	})
	return version, ended, err
}
