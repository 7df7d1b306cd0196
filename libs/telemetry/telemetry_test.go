package telemetry_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel"
	"muster/libs/telemetry"
)

func TestLogLinesInsideASpanCarryItsIDs(t *testing.T) {
	var out bytes.Buffer
	tel, err := telemetry.Setup(t.Context(), "billing", slog.LevelInfo, &out)
	if err != nil {
		t.Fatal(err)
	}
	ctx, span := otel.Tracer("test").Start(t.Context(), "work")
	tel.Logger.With("user_id", 7).InfoContext(ctx, "done")
	span.End()
	if span.IsRecording() || span.SpanContext().IsSampled() {
		t.Error("a span is recorded that nobody gets")
	}

	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	if line["trace_id"] != span.SpanContext().TraceID().String() || line["service"] != "billing" || line["user_id"] != 7.0 {
		t.Errorf("line %v", line)
	}

	counter, _ := otel.Meter("test").Int64Counter("muster.things")
	counter.Add(ctx, 3)
	w := httptest.NewRecorder()
	tel.Metrics.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if !strings.Contains(w.Body.String(), "muster_things_total") {
		t.Errorf("the counter is not scraped:\n%s", w.Body)
	}
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// reader is a client that does not read until it is told to.
type reader struct {
	*httptest.ResponseRecorder
	begun chan<- struct{}
	read  <-chan struct{}
}

func (r reader) Write(b []byte) (int, error) {
	select {
	case r.begun <- struct{}{}:
	default:
	}
	<-r.read
	return len(b), nil
}

// Each answer that is under way holds a copy of all series, so there are four at most.
func TestFewScrapesAtTheSameTime(t *testing.T) {
	tel, err := telemetry.Setup(t.Context(), "billing", slog.LevelInfo, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		begun := make(chan struct{}, 1)
		readers.Go(func() {
			tel.Metrics.ServeHTTP(reader{httptest.NewRecorder(), begun, read}, httptest.NewRequest("GET", "/metrics", nil))
		})
		<-begun
	}
	w := httptest.NewRecorder()
	tel.Metrics.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 503 {
		t.Errorf("the fifth at the same time is answered %d, want 503", w.Code)
	}
	close(read)
	readers.Wait()
	w = httptest.NewRecorder()
	tel.Metrics.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Errorf("afterwards: %d, want 200", w.Code)
	}
}
