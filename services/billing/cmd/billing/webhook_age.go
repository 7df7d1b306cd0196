package main

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"muster/services/billing/internal/adapter/postgres"
)

// agePeriod is how often the age of the oldest waiting event is measured. Every replica measures it.
const agePeriod = 5 * time.Second

// webhookAge returns what reports how long the oldest received event has waited to be handled.
func webhookAge(store *postgres.Store, now func() time.Time) (measure func(ctx context.Context) error, err error) {
	age, err := otel.Meter("muster/services/billing").Float64Gauge("muster.billing.webhooks.oldest_age", metric.WithUnit("s"),
		metric.WithDescription("Age of the oldest webhook event that is not handled, tried before or not"))
	if err != nil {
		return nil, fmt.Errorf("metric of webhooks: %w", err)
	}
	return func(ctx context.Context) error {
		received, waits, err := store.OldestWaiting(ctx)
		if err != nil {
			return err
		}
		waited := 0.0
		if waits {
			waited = max(0, now().Sub(received).Seconds())
		}
		age.Record(ctx, waited)
		return nil
	}, nil
}
