package gateway

import (
	"context"
	"time"

	"muster/libs/causal"
)

// Follow waits until the writes are visible everywhere, or until the consistency wait is over. It returns what was
// still missing then; if nothing is missing the answer can be sent unmarked.
func (s *Service) Follow(ctx context.Context, writes []causal.Write) (lacking []string) {
	return s.awaiter.Await(ctx, s.patience, writes)
}

// mailWait is how long an answer waits until the mail to the user is sent.
const mailWait = time.Second

// awaitMail waits until the mail that a request has queued for the user is sent, within the time that ctx leaves. A late
// mail or an unavailable directory is no failure: the mail is queued and will be sent.
func (s *Service) awaitMail(ctx context.Context, userID int64) {
	if wait := remaining(ctx, mailWait); wait > 0 {
		_ = s.neighbours.AwaitMail(ctx, userID, wait)
	}
}

// remaining returns the time until ctx's deadline, at most limit.
func remaining(ctx context.Context, limit time.Duration) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return limit
	}
	return max(0, min(limit, time.Until(deadline)))
}
