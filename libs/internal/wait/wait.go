// Package wait is about time and contexts: pauses that end early, and work that outlives its context a little.
package wait

import (
	"context"
	"time"
)

// Sleep waits for d, or until ctx is done, and then returns the error of ctx.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Outlive returns a context with the values of ctx that ends d after ctx does: for work that may finish what it began.
func Outlive(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		_ = Sleep(longer, d) // Ends early when longer is cancelled, which is as well.
		cancel()
	})
	return longer, func() {
		stop()
		cancel()
	}
}
