package e2e_test

import (
	"compress/gzip"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"
)

// collected holds the spans that the services of this stack export, by trace id: "service: span name".
var collected = struct {
	sync.Mutex
	spans map[string][]string
	leaks []string // parts of exports that hold what must not leave the services
}{spans: map[string][]string{}}

// startCollector receives OTLP over HTTP like an OpenTelemetry collector.
func startCollector() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			unzipped, err := gzip.NewReader(body)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			body = unzipped
		}
		text, err := io.ReadAll(body)
		var export collector.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(text, &export)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		collect(&export, leaksIn(string(text)))
	}))
}

func collect(export *collector.ExportTraceServiceRequest, leaks []string) {
	collected.Lock()
	defer collected.Unlock()
	collected.leaks = append(collected.leaks, leaks...)
	for _, resource := range export.GetResourceSpans() {
		service := "?"
		for _, attribute := range resource.GetResource().GetAttributes() {
			if attribute.GetKey() == "service.name" {
				service = attribute.GetValue().GetStringValue()
			}
		}
		for _, scope := range resource.GetScopeSpans() {
			for _, span := range scope.GetSpans() {
				id := hex.EncodeToString(span.GetTraceId())
				collected.spans[id] = append(collected.spans[id], service+": "+span.GetName())
			}
		}
	}
}

// TestOneTraceRunsThroughEverything: a registration's trace runs from the gateway through identity's outbox and Kafka
// to directory, and from directory's outbox to the gateway's read model and back to identity. Each has its SQL. A checkout's
// trace leads to Stripe.
func TestOneTraceRunsThroughEverything(t *testing.T) {
	if !traced {
		t.Fatal("this test reads the traces of a stack of its own: leave " + existingStack + " unset, and run no benchmarks")
	}
	plan := admin(t).want(http.StatusCreated, "POST", "/api/billing/plans", object{"name": "Traced", "interval": "month", "amount": 700, "currency": "usd"}).body["id"]
	registration, checkout := newTrace(t), newTrace(t)
	c := &client{t: t, email: uniqueEmail("trace")}
	c.signedIn(c.want(http.StatusCreated, "POST", "/api/auth/register", object{"email": c.email, "password": password}, "traceparent", parent(registration)))
	c.want(http.StatusCreated, "POST", "/api/billing/checkout-sessions", object{"planId": plan, "successUrl": origin, "cancelUrl": origin}, "traceparent", parent(checkout))

	awaitSpans(t, registration,
		"gateway: POST /api/auth/register", "gateway: HTTP POST", "identity: POST /api/auth/register", "identity: INSERT", "identity: send identity.account.v1",
		"directory: process", "directory: INSERT", "directory: send directory.user.v1", "gateway: process", "gateway: INSERT", "identity: process",
		"billing: process", "billing: INSERT",
	)
	awaitSpans(t, checkout, "gateway: POST /api/billing/checkout-sessions", "billing: POST /api/billing/checkout-sessions", "billing: SELECT", "billing: HTTP POST")
}

// newTrace makes the id of a trace, and parent the header of a request that belongs to it.
func newTrace(t *testing.T) string {
	t.Helper()
	var id [16]byte
	if _, err := rand.Read(id[:]); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(id[:])
}

func parent(trace string) string { return fmt.Sprintf("00-%s-00f067aa0ba902b7-01", trace) }

// awaitSpans waits until a trace has spans that begin with each of the given texts.
func awaitSpans(t *testing.T, trace string, wanted ...string) {
	t.Helper()
	var seen []string
	missing := func() (missing []string) {
		collected.Lock()
		defer collected.Unlock()
		seen = collected.spans[trace]
		for _, want := range wanted {
			if !slices.ContainsFunc(seen, func(have string) bool { return strings.HasPrefix(have, want) }) {
				missing = append(missing, want)
			}
		}
		return missing
	}
	deadline := time.Now().Add(20 * time.Second) // services export in batches, every 5 s
	for tick := time.NewTicker(100 * time.Millisecond); len(missing()) > 0; <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("spans missing from the trace: %q\nthere are: %q", missing(), seen)
		}
	}
}
