package main

import (
	"context"
	"log/slog"
	"time"
)

// tick is far shorter than the time for which a signing key is published before it signs, so that all replicas have it
// by then.
const tick = 30 * time.Second

// purgeTicks is how many ticks pass between purges.
const purgeTicks = 20

// every runs work once a period until ctx is done. A failure is logged and tried again the next time.
func every(period time.Duration, log *slog.Logger, complaint string, work func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		ticker := time.NewTicker(period)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-ticker.C:
			}
			if err := work(ctx); err != nil && ctx.Err() == nil {
				log.WarnContext(ctx, complaint, "error", err)
			}
		}
	}
}
