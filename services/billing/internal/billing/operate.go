package billing

import (
	"context"

	"muster/libs/contracts"
	"muster/libs/errs"
)

// Republish publishes the last published state of the users with ids from first to last again, by ascending id and at
// most limit of them. The versions stay the same, so consumers that have the state ignore it, unless the state was
// published by an earlier release and lacks the standing: then the next version is composed. It returns the number of
// users and the id of the last one.
func (s *Service) Republish(ctx context.Context, first, last int64, limit int) (n int, reached int64, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		// The lock keeps newer states from entering the outbox before these.
		states, err := tx.LockStates(ctx, first, last, limit)
		if err != nil {
			return err
		}
		n, reached = len(states), 0
		var payloads []contracts.Payload
		for _, state := range states {
			reached = state.UserID
			if state.Standing != nil || state.Deleted {
				payloads = append(payloads, state)
				continue
			}
			a, err := tx.LockAccount(ctx, state.UserID)
			if err != nil {
				return err
			}
			if _, err := s.publish(ctx, tx, &a); err != nil {
				return err
			}
		}
		return tx.Publish(ctx, s.now(), payloads...)
	})
	return n, reached, err
}

// StuckTasks lists the tasks that wait for an operator: the dead ones, or the unmatched ones, whose customer belongs to
// no user. They are sorted by ascending id and start after the given id.
func (s *Service) StuckTasks(ctx context.Context, state TaskState, after int64, limit int) ([]StuckTask, error) {
	if state != TaskDead && state != TaskUnmatched {
		return nil, errs.InvalidField("state", "must be dead or unmatched")
	}
	return s.store.Stuck(ctx, state, after, limit)
}

// ReplayTask makes a dead or unmatched task due again. It returns false if there is no such task.
func (s *Service) ReplayTask(ctx context.Context, id int64) (bool, error) {
	revived, err := s.store.Revive(ctx, id, s.now())
	if revived {
		s.wake()
	}
	return revived, err
}
