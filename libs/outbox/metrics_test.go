package outbox_test

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"muster/libs/pg"
)

// TestAReplicaThatDoesNotLeadMeasuresTheOutbox keeps the relay from leading, as a leader does that publishes nothing.
func TestAReplicaThatDoesNotLeadMeasuresTheOutbox(t *testing.T) {
	h := newHouse(t)
	reader := metric.NewManualReader()
	before := otel.GetMeterProvider()
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(reader)))
	t.Cleanup(func() { otel.SetMeterProvider(before) })
	h.publish(state("1", 1), state("2", 1))
	leader, err := h.db.DB()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := leader.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), "SELECT pg_advisory_lock($1)", pg.LockKey("outbox/identity")); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "WITH gone AS (DELETE FROM outbox WHERE id = (SELECT max(id) FROM outbox) RETURNING *) "+
		"INSERT INTO outbox_dead (id, event_id, topic, key, type, source, subject, version, occurred_at, trace, data, created_at, reason) "+
		"SELECT id, event_id, topic, key, type, source, subject, version, occurred_at, trace, data, created_at, 'too large' FROM gone"); err != nil {
		t.Fatal(err)
	}
	h.run(h.relay())
	h.eventually("what waits and what is dead is measured", func() bool {
		return gauge(t, reader, "muster.outbox.rows") == 1 && gauge(t, reader, "muster.outbox.dead.rows") == 1
	})
}

// gauge returns the last value of a gauge, or -1.
func gauge(t *testing.T, reader metric.Reader, name string) int64 {
	t.Helper()
	var collected metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &collected); err != nil {
		t.Fatal(err)
	}
	for _, scope := range collected.ScopeMetrics {
		for _, m := range scope.Metrics {
			if values, ok := m.Data.(metricdata.Gauge[int64]); ok && m.Name == name && len(values.DataPoints) > 0 {
				return values.DataPoints[0].Value
			}
		}
	}
	return -1
}
