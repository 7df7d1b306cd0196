package service_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// collector reads what is measured during a test.
func collector(t *testing.T) func(name string) map[string]float64 {
	t.Helper()
	reader := metric.NewManualReader()
	before := otel.GetMeterProvider()
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(reader)))
	t.Cleanup(func() { otel.SetMeterProvider(before) })
	return func(name string) map[string]float64 {
		var all metricdata.ResourceMetrics
		if err := reader.Collect(context.WithoutCancel(t.Context()), &all); err != nil {
			t.Fatal(err)
		}
		values := map[string]float64{}
		for _, scope := range all.ScopeMetrics {
			for _, m := range scope.Metrics {
				if m.Name != name {
					continue
				}
				switch data := m.Data.(type) {
				case metricdata.Sum[int64]:
					for _, p := range data.DataPoints {
						work, _ := p.Attributes.Value("work")
						values[work.AsString()] = float64(p.Value)
					}
				case metricdata.Gauge[float64]:
					for _, p := range data.DataPoints {
						values[""] = p.Value
					}
				}
			}
		}
		return values
	}
}

// The first failure must be an increase, so the counter begins at zero.
func TestFailuresOfPeriodicWorkAreCounted(t *testing.T) {
	values := collector(t)
	synctest.Test(t, func(t *testing.T) {
		sh := newShell(t, 0)
		sh.Every("sweep", time.Hour, func(context.Context) error { return errors.New("no database") })
		if got := values("muster.work.failures"); len(got) != 1 || got["sweep"] != 0 {
			t.Errorf("before the first failure: %v", got)
		}
		run(t, sh, func() {
			pass(time.Hour)
			if got := values("muster.work.failures")["sweep"]; got != 2 {
				t.Errorf("%v failures, want 2", got)
			}
		})
	})
}

func TestAGaugeThatCannotBeReadIsLeftOut(t *testing.T) {
	values := collector(t)
	sh := newShell(t, 0)
	var failure error
	sh.Measure("muster.things", "", "Things", func(context.Context) (float64, error) { return 7, failure })
	if got := values("muster.things"); got[""] != 7 {
		t.Errorf("read %v, want 7", got)
	}
	failure = errors.New("the database is away")
	if got := values("muster.things"); len(got) != 0 {
		t.Errorf("read %v although the reading fails", got)
	}
}
