package gateway

import (
	"context"
	"time"

	"muster/libs/causal"
)

// Follow returns when the writes have taken effect wherever a client can see, or when the patience is at its end. It
// says what was still lacking then; nothing lacking means that the answer can go out unmarked.
func (s *Service) Follow(ctx context.Context, writes []causal.Write) (lacking []string) {
	return causal.Await(ctx, s.patience, s.model.Progress, writes)
}

// remaining is the time until ctx's deadline, at most limit.
func remaining(ctx context.Context, limit time.Duration) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return limit
	}
	return max(0, min(limit, time.Until(deadline)))
}
