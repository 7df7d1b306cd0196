package pg

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// queryTracer makes a span for each statement of traced work. Pollers have no parent span and make no traces.
type queryTracer struct{}

// TraceQueryStart starts the span. The statement's text has placeholders, never values.
func (queryTracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if !trace.SpanFromContext(ctx).IsRecording() {
		return ctx
	}
	verb, _, _ := strings.Cut(strings.TrimSpace(data.SQL), " ")
	ctx, _ = otel.Tracer("muster/libs/pg").Start(ctx, strings.ToUpper(verb), trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("db.system.name", "postgresql"), attribute.String("db.query.text", data.SQL)))
	return context.WithValue(ctx, spanKey{}, true)
}

// TraceQueryEnd ends the span that TraceQueryStart began.
func (queryTracer) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	if ctx.Value(spanKey{}) == nil {
		return
	}
	span := trace.SpanFromContext(ctx)
	if data.Err != nil {
		span.SetStatus(codes.Error, "query failed")
		if e, ok := errors.AsType[*pgconn.PgError](data.Err); ok {
			span.SetAttributes(attribute.String("db.response.status_code", e.Code))
		}
	}
	span.End()
}

// spanKey marks a context whose span is the statement's own.
type spanKey struct{}
