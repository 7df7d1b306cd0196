package identity

import (
	"context"
	"fmt"
)

// purgeBatch is how many rows one statement deletes. It is small so that locks are held only briefly.
const purgeBatch = 1000

// Purge deletes what has expired: sessions, refresh tokens, and what is left of sign-ins with providers and passkeys.
func (s *Service) Purge(ctx context.Context) error {
	for gone := purgeBatch; gone >= purgeBatch; {
		var err error
		if gone, err = s.store.PurgeSessions(ctx, s.now(), purgeBatch); err != nil {
			return fmt.Errorf("purge sessions: %w", err)
		}
	}
	for gone := purgeBatch; gone >= purgeBatch; {
		var err error
		if gone, err = s.flows.PurgeFlows(ctx, s.now(), purgeBatch); err != nil {
			return fmt.Errorf("purge sign-ins with providers: %w", err)
		}
	}
	for gone := purgeBatch; gone >= purgeBatch; {
		var err error
		if gone, err = s.passkeyStore.PurgeCeremonies(ctx, s.now(), purgeBatch); err != nil {
			return fmt.Errorf("purge ceremonies of passkeys: %w", err)
		}
	}
	return nil
}
