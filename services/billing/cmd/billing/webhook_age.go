package main

import (
	"context"
	"time"

	"muster/services/billing/internal/adapter/postgres"
)

// webhookAge returns what tells for how many seconds the oldest received event has waited to be handled.
func webhookAge(store *postgres.Store, now func() time.Time) func(context.Context) (float64, error) {
	return func(ctx context.Context) (float64, error) {
		received, waits, err := store.OldestWaiting(ctx)
		if err != nil || !waits {
			return 0, err
		}
		return max(0, now().Sub(received).Seconds()), nil
	}
}
