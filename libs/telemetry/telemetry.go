// Package telemetry sets up the observability of a service: structured logs with trace ids, traces over OTLP, and
// metrics for Prometheus.
package telemetry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// maxScrapes is the number of concurrent scrapes. Each holds a copy of all series in memory until its client has read
// the answer.
const maxScrapes = 4

// The views of the HTTP metrics keep only attributes with few values. OpenTelemetry's instruments also record
// server.address and server.port. On a request these come from its Host header, so a client could create any number of
// time series. On a call they name a configured service and are kept.
var (
	requestView = sdkmetric.NewView(sdkmetric.Instrument{Name: "http.server.*"}, sdkmetric.Stream{
		AttributeFilter:                   attribute.NewAllowKeysFilter("http.request.method", "http.route", "http.response.status_code"),
		ExemplarReservoirProviderSelector: bareExemplars,
	})
	callView = sdkmetric.NewView(sdkmetric.Instrument{Name: "http.client.*"}, sdkmetric.Stream{
		AttributeFilter:                   attribute.NewAllowKeysFilter("http.request.method", "http.response.status_code", "server.address", "server.port"),
		ExemplarReservoirProviderSelector: bareExemplars,
	})
)

// Telemetry is the result of Setup.
type Telemetry struct {
	Logger *slog.Logger
	// Metrics answers Prometheus scrapes, and answers 503 beyond four at the same time. The listener must limit the
	// time that a client takes to read an answer.
	Metrics http.Handler

	shutdown []func(context.Context) error
}

// Setup makes the logger and installs the global tracer and meter of a service. Traces are exported when
// OTEL_EXPORTER_OTLP_ENDPOINT (or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) is set, with the variables of the OpenTelemetry
// specification. Otherwise spans have ids, which are propagated, so that logs on both sides of a call have the same trace
// id, but record nothing, unless the caller's trace is sampled.
func Setup(ctx context.Context, service string, level slog.Level, out io.Writer) (*Telemetry, error) {
	t := &Telemetry{Logger: NewLogger(service, level, out)}
	res := resource.NewSchemaless(attribute.String("service.name", service))

	tracers, err := tracerProvider(ctx, res)
	if err != nil {
		return nil, err
	}
	otel.SetTracerProvider(tracers)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { t.Logger.Warn("telemetry", "error", err) }))

	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	exporter, err := otelprometheus.New(otelprometheus.WithRegisterer(registry))
	if err != nil {
		return nil, fmt.Errorf("metrics exporter: %w", err)
	}
	meters := sdkmetric.NewMeterProvider(sdkmetric.WithReader(exporter), sdkmetric.WithResource(res), sdkmetric.WithView(requestView, callView))
	otel.SetMeterProvider(meters)
	// Only the format OpenMetrics has exemplars. Prometheus asks for it.
	t.Metrics = promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: maxScrapes, EnableOpenMetrics: true})

	t.shutdown = append(t.shutdown, tracers.Shutdown, meters.Shutdown)
	return t, nil
}

func tracerProvider(ctx context.Context, res *resource.Resource) (*sdktrace.TracerProvider, error) {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" {
		return sdktrace.NewTracerProvider(sdktrace.WithResource(res), sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.NeverSample()))), nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("trace exporter: %w", err)
	}
	return sdktrace.NewTracerProvider(sdktrace.WithResource(res), sdktrace.WithBatcher(discreet{exporter})), nil
}

// Shutdown flushes telemetry that is not exported yet.
func (t *Telemetry) Shutdown(ctx context.Context) error {
	var all error
	for _, stop := range t.shutdown {
		all = errors.Join(all, stop(ctx))
	}
	return all
}

// NewLogger is a JSON logger whose lines carry the service's name and, inside a traced request or record, its
// trace and span ids.
func NewLogger(service string, level slog.Level, out io.Writer) *slog.Logger {
	handler := traceHandler{slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level})}
	return slog.New(handler).With("service", service)
}

// traceHandler adds the ids of the span in the context to each record.
type traceHandler struct{ slog.Handler }

func (h traceHandler) Handle(ctx context.Context, r slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		r.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

func (h traceHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return traceHandler{h.Handler.WithAttrs(attrs)}
}

func (h traceHandler) WithGroup(name string) slog.Handler {
	return traceHandler{h.Handler.WithGroup(name)}
}
