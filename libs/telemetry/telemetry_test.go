package telemetry_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"strings"
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
