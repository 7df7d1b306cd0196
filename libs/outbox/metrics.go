package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
)

// meters are the relay's instruments. The package comment explains them.
type meters struct {
	leader    metric.Int64Gauge
	rows      metric.Int64Gauge
	age       metric.Float64Gauge
	published metric.Int64Counter
	delay     metric.Float64Histogram
	errors    metric.Int64Counter
	dead      metric.Int64Counter
	buried    metric.Int64Gauge
}

func newMeters(service string) (*meters, error) {
	meter := otel.Meter("muster/libs/outbox")
	var m meters
	var failures [8]error
	m.leader, failures[0] = meter.Int64Gauge("muster.outbox.leader", metric.WithDescription("1 while this relay publishes"))
	m.rows, failures[1] = meter.Int64Gauge("muster.outbox.rows", metric.WithDescription("Events that wait, counted up to 100000"))
	m.age, failures[2] = meter.Float64Gauge("muster.outbox.oldest_age", metric.WithUnit("s"), metric.WithDescription("Age of the oldest event that waits"))
	m.published, failures[3] = meter.Int64Counter("muster.outbox.published", metric.WithDescription("Events acknowledged by the broker"))
	m.delay, failures[4] = meter.Float64Histogram("muster.outbox.publish.delay", metric.WithUnit("s"), metric.WithDescription("From an event's insertion to its acknowledgement"),
		metric.WithExplicitBucketBoundaries(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5, 30, 300))
	m.errors, failures[5] = meter.Int64Counter("muster.outbox.errors", metric.WithDescription("Attempts that the broker did not take"))
	m.dead, failures[6] = meter.Int64Counter("muster.outbox.dead", metric.WithDescription("Events moved to outbox_dead"))
	m.buried, failures[7] = meter.Int64Gauge("muster.outbox.dead.rows", metric.WithDescription("Events in outbox_dead, which wait for an operator"))
	if err := errors.Join(failures[:]...); err != nil {
		return nil, fmt.Errorf("outbox metrics of %s: %w", service, err)
	}
	m.errors.Add(context.Background(), 0) // so that the first error is an increase
	return &m, nil
}

// lead records the start or the end of leadership.
func (m *meters) lead(ctx context.Context, leads bool) {
	if leads {
		m.leader.Record(ctx, 1)
		return
	}
	m.leader.Record(ctx, 0)
}

// sent records the rows that the broker has acknowledged.
func (m *meters) sent(ctx context.Context, rows []row, ids []int64) {
	m.published.Add(ctx, int64(len(ids)))
	acknowledged := slices.Sorted(slices.Values(ids))
	for _, r := range rows {
		if _, ok := slices.BinarySearch(acknowledged, r.id); ok {
			m.delay.Record(ctx, time.Since(r.created).Seconds())
		}
	}
}
