package outbox_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/testkit/kafkatest"
)

func TestTheTraceGoesWithTheEvent(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	provider := sdk.NewTracerProvider(sdk.WithSyncer(spans))
	otel.SetTracerProvider(provider)
	defer otel.SetTracerProvider(noop.NewTracerProvider())

	h := newHouse(t)
	stop := h.run(h.relay())
	ctx, work := provider.Tracer("test").Start(context.Background(), "work")
	err := pg.Tx(ctx, h.db, func(ctx context.Context, tx *gorm.DB) error {
		return outbox.Append(ctx, tx, "identity", time.Now(), state("1", 1))
	})
	if err != nil {
		t.Fatal(err)
	}
	work.End()
	h.publish(state("2", 1)) // Work that nobody traces.
	messages := kafkatest.Await(t, h.prefix+contracts.TopicAccount, 2)
	stop()

	var sent tracetest.SpanStub
	for _, span := range spans.GetSpans() {
		if span.SpanKind == trace.SpanKindProducer && span.SpanContext.TraceID() == work.SpanContext().TraceID() {
			sent = span
		}
	}
	if sent.Parent.SpanID() != work.SpanContext().SpanID() {
		t.Errorf("the producer's span %+v is not a child of the work's", sent)
	}
	for _, m := range messages {
		parent := header(m, contracts.HeaderTraceParent)
		if string(m.Key) == "1" && !strings.Contains(parent, sent.SpanContext.TraceID().String()+"-"+sent.SpanContext.SpanID().String()) {
			t.Errorf("traceparent = %q, want the producer's span", parent)
		}
		if string(m.Key) == "2" && strings.Contains(parent, sent.SpanContext.TraceID().String()) {
			t.Errorf("traceparent = %q of work outside the trace", parent)
		}
	}
}

func TestWithoutTracingTheTraceOfTheWorkIsKept(t *testing.T) {
	otel.SetTracerProvider(noop.NewTracerProvider())
	h := newHouse(t)
	h.run(h.relay())
	parent := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled})
	err := pg.Tx(trace.ContextWithRemoteSpanContext(context.Background(), parent), h.db, func(ctx context.Context, tx *gorm.DB) error {
		return outbox.Append(ctx, tx, "identity", time.Now(), state("1", 1))
	})
	if err != nil {
		t.Fatal(err)
	}
	m := kafkatest.Await(t, h.prefix+contracts.TopicAccount, 1)[0]
	if got := header(m, contracts.HeaderTraceParent); got != "00-01000000000000000000000000000000-0200000000000000-01" {
		t.Errorf("traceparent = %q", got)
	}
}
