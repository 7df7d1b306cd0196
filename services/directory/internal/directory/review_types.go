package directory

import (
	"context"
)

// reviewBatch is how many users one transaction of ReviewTypes processes.
const reviewBatch = 100

// ReviewTypes updates the type of users whose exemption has begun or ended since the last review, and returns how many
// users it reviewed. Replicas may run it concurrently: each locks different users.
func (s *Service) ReviewTypes(ctx context.Context) (int, error) {
	total := 0
	for {
		n, err := s.reviewSome(ctx)
		total += n
		if err != nil || n < reviewBatch {
			return total, err
		}
	}
}

func (s *Service) reviewSome(ctx context.Context) (n int, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		now := s.now()
		due, err := tx.LockUsersDue(ctx, now, reviewBatch)
		if err != nil {
			return err
		}
		n = len(due)
		for _, u := range due {
			before := u
			u = u.withTypeByAccess(now)
			if u.TypeCode == before.TypeCode { // the type stays, as for an administrator or a subscriber: only TypeDueAt changes
				err = tx.UpdateUser(ctx, u)
			} else {
				u = u.touched(now).acted()
				err = save(ctx, tx, u, u.typeChanged(before, now))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}
