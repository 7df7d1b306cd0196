package identity

import (
	"context"
	"fmt"
)

// Logout ends a session and returns the resulting version of the account. It is idempotent.
func (s *Service) Logout(ctx context.Context, userID int64, sessionID string) (int64, error) {
	var a Account
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		locked, err := tx.LockAccount(ctx, userID)
		if err != nil {
			return err
		}
		a, err = s.endSession(ctx, tx, locked, sessionID)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("logout: %w", err)
	}
	return a.Version, nil
}
