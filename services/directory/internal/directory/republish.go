package directory

import (
	"context"

	"muster/libs/contracts"
)

// Republish publishes the current state of at most limit users with ids from first to last, including tombstones,
// ordered by id. The versions do not change, so consumers that have the state ignore it, except for users with an open
// registration request: a record of an earlier release with the same version does not have it. It returns the number of
// users and the id of the last one.
func (s *Service) Republish(ctx context.Context, first, last int64, limit int) (n int, reached int64, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		// The lock keeps a newer state from entering the outbox before this one.
		users, err := tx.LockUserRange(ctx, first, last, limit)
		if err != nil {
			return err
		}
		records, err := recordsOf(ctx, tx, users)
		if err != nil {
			return err
		}
		n, reached = len(records), 0
		var raised []int64
		payloads := make([]contracts.Payload, n)
		for i, r := range records {
			if r.RegistrationUntil != nil && !s.now().After(*r.RegistrationUntil) {
				r.Version++
				raised = append(raised, r.ID)
			}
			payloads[i], reached = r, r.ID
		}
		if raised != nil {
			if err := tx.RaiseVersions(ctx, raised); err != nil {
				return err
			}
		}
		return tx.Publish(ctx, payloads...)
	})
	return n, reached, err
}
