package directory

import (
	"context"
	"time"

	"muster/libs/contracts/directoryv1"
)

// DropRequest deletes a verification request. Its code becomes invalid, and an unsent mail with the code is withdrawn.
// changed is the user if it has a new version by that, else empty.
//
// ErrRequestNotFound.
func (s *Service) DropRequest(ctx context.Context, by Actor, id int64) (changed []User, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		r, err := tx.LockRequestByID(ctx, id)
		if err != nil {
			return err
		}
		if err := tx.CloseRequests(ctx, r.UserID, r.TypeCode); err != nil {
			return err
		}
		u, err := tx.LockUser(ctx, r.UserID)
		if err != nil {
			return err
		}
		if r.TypeCode == RequestRegistration {
			if changed, err = announce(ctx, tx, u); err != nil {
				return err
			}
		}
		return s.publishAct(ctx, tx, by, directoryv1.CodeWithdrawn, []User{u}, changed)
	})
	return changed, err
}

const (
	// keepRequests is how long requests are kept and listed after they expire.
	keepRequests = 30 * 24 * time.Hour
	// purgeBatch is how many of them one transaction removes.
	purgeBatch = 1000
)

// PurgeRequests deletes requests that expired more than a month ago. Replicas may run it concurrently.
func (s *Service) PurgeRequests(ctx context.Context) error {
	for {
		var purged int
		err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) (err error) {
			purged, err = tx.PurgeRequests(ctx, s.now().Add(-keepRequests), purgeBatch)
			return err
		})
		if err != nil || purged < purgeBatch {
			return err
		}
	}
}
