package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
)

// meters are the consumer's instruments. The package comment explains them.
type meters struct {
	lag      metric.Int64Gauge
	parked   metric.Int64Gauge
	stopped  metric.Int64Gauge
	records  metric.Int64Counter
	parkings metric.Int64Counter
	blind    metric.Int64Counter
	delay    metric.Float64Histogram
	duration metric.Float64Histogram
}

func newMeters(silent bool) (*meters, error) {
	meter := otel.Meter("muster/libs/inbox")
	if silent {
		meter = noop.Meter{}
	}
	var m meters
	var failures [8]error
	m.lag, failures[0] = meter.Int64Gauge("muster.inbox.lag", metric.WithDescription("Records of a partition that are still to be applied"))
	m.parked, failures[1] = meter.Int64Gauge("muster.inbox.parked", metric.WithDescription("Records that could not be applied"))
	m.stopped, failures[2] = meter.Int64Gauge("muster.inbox.stopped", metric.WithDescription("Partitions left alone because their log is not what it was"))
	m.records, failures[3] = meter.Int64Counter("muster.inbox.applied", metric.WithDescription("Records applied or parked"))
	m.parkings, failures[4] = meter.Int64Counter("muster.inbox.parkings", metric.WithDescription("Records parked"))
	m.delay, failures[5] = meter.Float64Histogram("muster.inbox.delay", metric.WithUnit("s"), metric.WithDescription("From an event's time to its application"),
		metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5, 30, 300))
	m.duration, failures[6] = meter.Float64Histogram("muster.inbox.batch.duration", metric.WithUnit("s"), metric.WithDescription("Of a batch's transaction"),
		metric.WithExplicitBucketBoundaries(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5))
	m.blind, failures[7] = meter.Int64Counter("muster.inbox.watch.failures", metric.WithDescription("Times that the positions could not be compared with the log, because the broker or the database is away"))
	if err := errors.Join(failures[:]...); err != nil {
		return nil, fmt.Errorf("inbox metrics: %w", err)
	}
	m.blind.Add(context.Background(), 0) // so that the first failure is an increase
	return &m, nil
}

func ofTopic(topic string) metric.MeasurementOption {
	return metric.WithAttributes(attribute.String("messaging.destination.name", topic))
}

// applied records a batch after its transaction has committed.
func (m *meters) applied(ctx context.Context, l lane, deliveries []delivery, took time.Duration) {
	m.duration.Record(ctx, took.Seconds(), ofTopic(l.topic))
	m.records.Add(ctx, int64(len(deliveries)), ofTopic(l.topic))
	for _, d := range deliveries {
		m.delay.Record(ctx, time.Since(d.Time).Seconds(), ofTopic(l.topic))
	}
}

func (m *meters) park(ctx context.Context, d delivery) {
	m.parkings.Add(ctx, 1, ofTopic(d.message.Topic))
}

func (m *meters) reportLag(ctx context.Context, l lane, lag int64) {
	m.lag.Record(ctx, lag, metric.WithAttributes(
		attribute.String("messaging.destination.name", l.topic), attribute.Int("messaging.destination.partition.id", l.partition)))
}

func (m *meters) reportStopped(ctx context.Context, count int) { m.stopped.Record(ctx, int64(count)) }
