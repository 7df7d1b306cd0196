package telemetry

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Inside traces requests to another service of the installation, which continues the trace. How long they take is measured there.
func Inside(next http.RoundTripper) http.RoundTripper {
	return inside{next, otelhttp.NewTransport(next, otelhttp.WithMeterProvider(noop.NewMeterProvider()))}
}

// inside makes spans only in a trace that records: otelhttp describes each request before it knows that nobody gets the span.
type inside struct{ next, traced http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (t inside) RoundTrip(r *http.Request) (*http.Response, error) {
	if trace.SpanFromContext(r.Context()).IsRecording() {
		return t.traced.RoundTrip(r)
	}
	told := *r // a RoundTripper does not change the request
	told.Header = maps.Clone(r.Header)
	otel.GetTextMapPropagator().Inject(r.Context(), propagation.HeaderCarrier(told.Header))
	return t.next.RoundTrip(&told)
}

// Outside traces requests to somebody else's server, which is told nothing of the trace.
func Outside(next http.RoundTripper) http.RoundTripper {
	return otelhttp.NewTransport(next, otelhttp.WithPropagators(propagation.NewCompositeTextMapPropagator()))
}

// discreet exports spans without personal data: instruments record the addresses of clients, and queries, in which filters
// hold email addresses.
type discreet struct{ sdktrace.SpanExporter }

// ExportSpans implements [sdktrace.SpanExporter].
func (d discreet) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	clean := make([]sdktrace.ReadOnlySpan, len(spans))
	for i, span := range spans {
		clean[i] = withoutPeople{span}
	}
	return d.SpanExporter.ExportSpans(ctx, clean)
}

// personal are the attributes that describe a client.
var personal = map[attribute.Key]bool{
	"client.address": true, "client.port": true, "network.peer.address": true, "network.peer.port": true, "user_agent.original": true, "url.query": true,
}

type withoutPeople struct{ sdktrace.ReadOnlySpan }

// Attributes implements [sdktrace.ReadOnlySpan].
func (s withoutPeople) Attributes() []attribute.KeyValue {
	kept := slices.DeleteFunc(slices.Clone(s.ReadOnlySpan.Attributes()), func(a attribute.KeyValue) bool { return personal[a.Key] })
	for i, a := range kept {
		if a.Key == "url.full" {
			kept[i] = attribute.String("url.full", withoutQuery(a.Value.AsString()))
		}
	}
	return kept
}

// withoutQuery returns a URL's scheme, host and path.
func withoutQuery(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}
