package gateway

import (
	"context"
	"time"

	"muster/libs/causal"
)

// Follow waits until the writes are visible everywhere, or until the consistency wait is over. It returns what was
// still missing then; if nothing is missing the answer can be sent unmarked.
func (s *Service) Follow(ctx context.Context, writes []causal.Write) (lacking []string) {
	return causal.Await(ctx, s.patience, s.model.Progress, writes)
}

// remaining returns the time until ctx's deadline, at most limit.
func remaining(ctx context.Context, limit time.Duration) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return limit
	}
	return max(0, min(limit, time.Until(deadline)))
}
