package directory

import (
	"context"

	"muster/libs/contracts/directoryv1"
)

// reviewBatch is how many users one transaction of ReviewTypes looks at.
const reviewBatch = 100

// ReviewTypes gives the users whose exemption has begun or ended since the last review the type that follows, and says
// how many it looked at. Replicas may do it at the same time: each takes other users.
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
			before := u.TypeCode
			u = u.withTypeByAccess(now)
			if u.TypeCode == before { // an administrator, or a subscriber anyway: only the next date is noted
				err = tx.UpdateUser(ctx, u)
			} else {
				u = u.touched(now).acted()
				err = save(ctx, tx, u, u.event(directoryv1.TypeChanged, now))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}
