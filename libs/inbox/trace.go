package inbox

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"muster/libs/contracts"
)

// maxLinks bounds the links of a batch's span.
const maxLinks = 128

// startSpan begins the span of a batch. A record that comes alone carries on the trace that made it, through the
// handler and whatever the handler appends to the outbox; a batch is a trace of its own with links to those of its
// records.
func (c *Consumer) startSpan(ctx context.Context, l lane, deliveries []delivery) (context.Context, func(error)) {
	options := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindConsumer), trace.WithAttributes(
		attribute.String("messaging.system", "kafka"), attribute.String("messaging.operation.type", "process"),
		attribute.String("messaging.destination.name", l.topic), attribute.Int("messaging.destination.partition.id", l.partition),
		attribute.String("messaging.consumer.group.name", c.config.Name), attribute.Int("messaging.batch.message_count", len(deliveries)),
		attribute.Int64("messaging.kafka.offset", deliveries[0].Offset))}
	if len(deliveries) == 1 {
		ctx = origin(ctx, deliveries[0])
	} else {
		options = append(options, trace.WithLinks(links(deliveries)...))
	}
	ctx, span := otel.Tracer("muster/libs/inbox").Start(ctx, "process "+l.topic, options...)
	return ctx, func(err error) {
		if err != nil {
			span.RecordError(err)
			span.SetStatus(codes.Error, "not applied")
		}
		span.End()
	}
}

// origin is ctx with the span that made the record as the remote parent.
func origin(ctx context.Context, d delivery) context.Context {
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{contracts.HeaderTraceParent: d.Trace})
}

// links are the spans that made the records, each once.
func links(deliveries []delivery) []trace.Link {
	seen := make(map[string]bool)
	var list []trace.Link
	for _, d := range deliveries {
		if d.Trace == "" || seen[d.Trace] || len(list) == maxLinks {
			continue
		}
		seen[d.Trace] = true
		if made := trace.SpanContextFromContext(origin(context.Background(), d)); made.IsValid() {
			list = append(list, trace.Link{SpanContext: made})
		}
	}
	return list
}
