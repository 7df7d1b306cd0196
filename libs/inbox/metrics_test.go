package inbox_test

import (
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"muster/libs/contracts"
	"muster/libs/inbox"
)

// TestAPartitionThatWentToAnotherReplicaHasNoLagHere lets a replica that reads nothing share its partitions with one that does.
func TestAPartitionThatWentToAnotherReplicaHasNoLagHere(t *testing.T) {
	reader, before := metric.NewManualReader(), otel.GetMeterProvider()
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(reader)))
	t.Cleanup(func() { otel.SetMeterProvider(before) })
	h := newHouse(t)
	topic := func(c *inbox.Config) { c.Topics = []string{contracts.TopicAccountEvents} }
	behind := h.consumer(topic)
	behind.ReadWith(func(log inbox.Source, _ int) inbox.Source { return stuck{log} })
	h.run(behind)
	h.publish(many(happened, 100, 1, 1)...)
	h.eventually("all partitions are behind", func() bool { return lagging(t, reader) == contracts.Partitions })
	other := h.consumer(topic, func(c *inbox.Config) { c.Unmetered = true })
	other.LookSeldom() // or it takes the partitions that are behind for orphans, and partitions go to and fro
	h.run(other)
	h.eventually("half of them belong to the other replica", func() bool { return lagging(t, reader) == contracts.Partitions/2 })
}

// lagging returns how many partitions have a lag.
func lagging(t *testing.T, reader metric.Reader) (count int) {
	t.Helper()
	var collected metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &collected); err != nil {
		t.Fatal(err)
	}
	for _, scope := range collected.ScopeMetrics {
		for _, m := range scope.Metrics {
			if values, ok := m.Data.(metricdata.Gauge[int64]); ok && m.Name == "muster.inbox.lag" {
				for _, p := range values.DataPoints {
					if p.Value > 0 {
						count++
					}
				}
			}
		}
	}
	return count
}
