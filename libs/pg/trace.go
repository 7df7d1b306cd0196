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
	return startSpan(ctx, data.SQL)
}

// TraceQueryEnd ends the span that TraceQueryStart began.
func (queryTracer) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	endSpan(ctx, data.Err)
}

// TraceBatchStart starts the span of a batch, which has the text of its last statement: the ones before are settings.
func (queryTracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	statements := data.Batch.QueuedQueries
	if len(statements) == 0 {
		return ctx
	}
	return startSpan(ctx, statements[len(statements)-1].SQL)
}

// TraceBatchQuery implements pgx.BatchTracer and does nothing.
func (queryTracer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd ends the span that TraceBatchStart began.
func (queryTracer) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchEndData) {
	endSpan(ctx, data.Err)
}

func startSpan(ctx context.Context, sql string) context.Context {
	if !trace.SpanFromContext(ctx).IsRecording() {
		return ctx
	}
	verb, _, _ := strings.Cut(strings.TrimSpace(sql), " ")
	ctx, _ = otel.Tracer("muster/libs/pg").Start(ctx, strings.ToUpper(verb), trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("db.system.name", "postgresql"), attribute.String("db.query.text", sql)))
	return context.WithValue(ctx, spanKey{}, true)
}

func endSpan(ctx context.Context, err error) {
	if ctx.Value(spanKey{}) == nil {
		return
	}
	span := trace.SpanFromContext(ctx)
	if err != nil {
		span.SetStatus(codes.Error, "query failed")
		if e, ok := errors.AsType[*pgconn.PgError](err); ok {
			span.SetAttributes(attribute.String("db.response.status_code", e.Code))
		}
	}
	span.End()
}

// spanKey marks a context whose span is the statement's own.
type spanKey struct{}
