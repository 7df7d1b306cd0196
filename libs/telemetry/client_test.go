package telemetry_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"

	"muster/libs/telemetry"
)

// exported sets up telemetry that exports to a collector, runs work in a span, and returns what was exported.
func exported(t *testing.T, work func(ctx context.Context)) string {
	t.Helper()
	bodies := make(chan string, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		bodies <- string(text)
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	tel, err := telemetry.Setup(t.Context(), "test", slog.LevelError, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	ctx, span := otel.GetTracerProvider().Tracer("test").Start(t.Context(), "work")
	work(ctx)
	span.End()
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	close(bodies)
	var all strings.Builder
	for body := range bodies {
		all.WriteString(body)
	}
	return all.String()
}

// A query holds filters by email address, and a URL may hold a password.
func TestSpansHoldNoQueries(t *testing.T) {
	var traced string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { traced = r.Header.Get("Traceparent") }))
	defer server.Close()
	for name, transport := range map[string]http.RoundTripper{"inside": telemetry.Inside(http.DefaultTransport), "outside": telemetry.Outside(http.DefaultTransport)} {
		spans := exported(t, func(ctx context.Context) {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.Replace(server.URL, "//", "//secret:word@", 1)+"/users?email=ann@example.com", nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("User-Agent", "ann's browser")
			response, err := transport.RoundTrip(request)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
		})
		if !strings.Contains(spans, server.URL+"/users") || !strings.Contains(spans, "HTTP GET") {
			t.Errorf("%s: no span of the request: %q", name, spans)
		}
		for _, personal := range []string{"ann@example.com", "secret", "browser"} {
			if strings.Contains(spans, personal) {
				t.Errorf("%s: %q is exported: %q", name, personal, spans)
			}
		}
		if (traced != "") != (name == "inside") {
			t.Errorf("%s: the server was sent the trace %q", name, traced)
		}
	}
}

// Without a collector the other service still gets the trace, whose id its logs have.
func TestATraceThatNobodyRecordsGoesOn(t *testing.T) {
	var traced, kept string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		traced, kept = r.Header.Get("Traceparent"), r.Header.Get("X-Kept")
	}))
	defer server.Close()
	tel, err := telemetry.Setup(t.Context(), "test", slog.LevelError, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	ctx, span := otel.Tracer("test").Start(t.Context(), "work")
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Kept", "yes")
	response, err := telemetry.Inside(http.DefaultTransport).RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	span.End()
	if !strings.Contains(traced, span.SpanContext().TraceID().String()) || kept != "yes" || request.Header.Get("Traceparent") != "" {
		t.Errorf("the server was sent the trace %q and %q, the request has %q", traced, kept, request.Header.Get("Traceparent"))
	}
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}
