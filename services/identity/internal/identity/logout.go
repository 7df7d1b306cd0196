package identity

import (
	"context"
	"fmt"
)

// Logout ends a session and returns the resulting version of the account. It is idempotent.
func (s *Service) Logout(ctx context.Context, userID int64, sessionID string) (int64, error) {
	version, _, err := s.end(ctx, ActLogout, userID, sessionID)
	if err != nil {
		return 0, fmt.Errorf("logout: %w", err)
	}
	return version, nil
}
