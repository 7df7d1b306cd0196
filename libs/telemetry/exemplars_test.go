package telemetry_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"muster/libs/telemetry"
)

// TestADurationLeadsToItsTrace scrapes as Prometheus does. The exemplar names the trace, and nothing that the view drops.
func TestADurationLeadsToItsTrace(t *testing.T) {
	collector := httptest.NewServer(http.NotFoundHandler())
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	tel, err := telemetry.Setup(t.Context(), "billing", slog.LevelInfo, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	ctx, span := otel.Tracer("test").Start(t.Context(), "request")
	duration, err := otel.Meter("test").Float64Histogram("http.server.request.duration", metric.WithUnit("s"))
	if err != nil {
		t.Fatal(err)
	}
	duration.Record(ctx, 0.3, metric.WithAttributes(attribute.String("http.route", "/api/users"), attribute.String("client.address", "203.0.113.7")))
	span.End()

	request, w := httptest.NewRequest("GET", "/metrics", nil), httptest.NewRecorder()
	request.Header.Set("Accept", "application/openmetrics-text; version=1.0.0")
	tel.Metrics.ServeHTTP(w, request)
	text := w.Body.String()
	if want := `trace_id="` + span.SpanContext().TraceID().String() + `"`; !strings.Contains(text, want) {
		t.Errorf("no exemplar has %s:\n%s", want, text)
	}
	if strings.Contains(text, "203.0.113.7") {
		t.Errorf("a dropped attribute is shown:\n%s", text)
	}
	_ = tel.Shutdown(t.Context()) // the collector refuses the span
}
