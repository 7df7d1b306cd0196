package directory

import (
	"context"

	"muster/libs/contracts"
)

// Republish publishes the present state of the users from id first to id last, also of tombstones, in the order of their
// ids and at most limit of them. The versions stay: consumers that have the state ignore it. It returns how many users
// there were and the id of the last one.
func (s *Service) Republish(ctx context.Context, first, last int64, limit int) (n int, reached int64, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		// Locked, so that no newer state gets into the outbox before these.
		users, err := tx.LockUserRange(ctx, first, last, limit)
		if err != nil {
			return err
		}
		n, reached = len(users), 0
		payloads := make([]contracts.Payload, n)
		for i, u := range users {
			payloads[i], reached = u.Record(), u.ID
		}
		return tx.Publish(ctx, payloads...)
	})
	return n, reached, err
}
