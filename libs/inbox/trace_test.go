package inbox_test

import (
	"context"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/inbox"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/testkit/kafkatest"
)

// TestOneTraceRunsThroughTheSystem follows a change from its transaction over the outbox and Kafka into a consumer, and
// from the consumer's outbox to Kafka again.
func TestOneTraceRunsThroughTheSystem(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	provider := sdk.NewTracerProvider(sdk.WithSyncer(spans))
	otel.SetTracerProvider(provider)
	defer otel.SetTracerProvider(noop.NewTracerProvider())

	h := newHouse(t)
	stopRelay := h.runRelay()
	stop := h.run(h.consumer(func(c *inbox.Config) {
		c.Topics = []string{contracts.TopicAccount}
		c.Handle = func(ctx context.Context, records []inbox.Record) error {
			return outbox.Append(ctx, pg.From(ctx, h.db), "directory", time.Now(), happened(records[0].Key, 1))
		}
	}))
	ctx, work := provider.Tracer("test").Start(context.Background(), "work")
	err := pg.Tx(ctx, h.db, func(ctx context.Context, tx *gorm.DB) error {
		return outbox.Append(ctx, tx, "identity", time.Now(), state("a", 1))
	})
	if err != nil {
		t.Fatal(err)
	}
	kafkatest.Await(t, h.prefix+contracts.TopicAccountEvents, 1)
	stop()
	stopRelay()
	work.End()

	kinds := make(map[trace.SpanKind]int)
	for _, span := range spans.GetSpans() {
		if span.SpanContext.TraceID() == work.SpanContext().TraceID() {
			kinds[span.SpanKind]++
		}
	}
	if kinds[trace.SpanKindProducer] != 2 || kinds[trace.SpanKindConsumer] != 1 {
		t.Errorf("the trace has %d producer's and %d consumer's spans, want 2 and 1", kinds[trace.SpanKindProducer], kinds[trace.SpanKindConsumer])
	}
}

func TestABatchIsLinkedToTheTracesOfItsRecords(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	otel.SetTracerProvider(sdk.NewTracerProvider(sdk.WithSyncer(spans)))
	defer otel.SetTracerProvider(noop.NewTracerProvider())

	h := newHouse(t)
	messages := kafkatest.Publish(t, h.prefix, "identity", happened("a", 1), happened("a", 2), happened("a", 3))
	for i, e := range messages {
		e.Trace = "00-0000000000000000000000000000000" + string(rune('1'+i)) + "-0000000000000001-01"
		kafkatest.Write(t, outbox.Message(h.prefix, e))
	}
	stop := h.run(h.consumer())
	h.awaitJournal(contracts.TopicAccountEvents, 6)
	stop()
	links := 0
	for _, span := range spans.GetSpans() {
		links += len(span.Links)
	}
	if links != 3 {
		t.Errorf("%d links, want 3", links)
	}
}

// runRelay runs a relay on the house's database until stop is called, or the test ends.
func (h *house) runRelay() (stop func()) {
	h.t.Helper()
	relay, err := outbox.NewRelay(outbox.RelayConfig{
		Service: "identity", PostgresURL: h.url, Brokers: h.config().Brokers, TopicPrefix: h.prefix,
		Topics: contracts.Topics(contracts.TopicAccount, contracts.TopicAccountEvents), Logger: h.config().Logger,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := relay.Run(ctx); err != nil {
			h.t.Errorf("Run returned %v", err)
		}
	}()
	stop = func() { cancel(); <-done }
	h.t.Cleanup(stop)
	return stop
}
