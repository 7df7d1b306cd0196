package identity

import (
	"context"

	"muster/libs/contracts"
)

// Republish publishes the present state of the accounts from id first to id last, also of deleted ones, by ascending id
// and at most limit of them. The versions stay: consumers that have the state ignore it. It returns how many accounts
// there were and the id of the last one.
func (s *Service) Republish(ctx context.Context, first, last int64, limit int) (n int, reached int64, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		// Locked, so that no newer state gets into the outbox before these.
		accounts, err := tx.LockAccounts(ctx, first, last, limit)
		if err != nil {
			return err
		}
		n, reached = len(accounts), 0
		payloads := make([]contracts.Payload, n)
		for i, a := range accounts {
			payloads[i], reached = a.State(), a.UserID
		}
		return tx.Publish(ctx, payloads...)
	})
	return n, reached, err
}
