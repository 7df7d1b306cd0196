package directory

import (
	"context"
	"time"
)

// DropRequest removes a verification request: its code is dead, and a mail that carries it is taken back.
//
// ErrRequestNotFound.
func (s *Service) DropRequest(ctx context.Context, id int64) error {
	return s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		r, err := tx.LockRequestByID(ctx, id)
		if err != nil {
			return err
		}
		return tx.CloseRequests(ctx, r.UserID, r.TypeCode)
	})
}

const (
	// keepRequests is how long requests are kept, and listed, after they have expired.
	keepRequests = 30 * 24 * time.Hour
	// purgeBatch is how many of them one transaction removes.
	purgeBatch = 1000
)

// PurgeRequests forgets requests that expired a month ago. Replicas may do it at the same time.
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
