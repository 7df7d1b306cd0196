package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"muster/libs/web"
)

// measureTime bounds the reading of one gauge while metrics are collected.
const measureTime = 2 * time.Second

// mostTasks is the number of tasks up to which those that wait for an operator are counted.
const mostTasks = 100

func meter() metric.Meter { return otel.Meter("muster/libs/service") }

// Measure registers a gauge that is read whenever metrics are collected. An error is logged and leaves the gauge out. Each
// replica reports it, so rules use the maximum of a service.
func (sh *Shell) Measure(name, unit, description string, read func(ctx context.Context) (float64, error)) {
	gauge, err := meter().Float64ObservableGauge(name, metric.WithUnit(unit), metric.WithDescription(description))
	sh.observe(name, err, gauge, func(ctx context.Context, o metric.Observer) error {
		value, err := read(ctx)
		if err == nil {
			o.ObserveFloat64(gauge, value)
		}
		return err
	})
}

// measureReadiness exports what /readyz checks: an alert can name the dependency that is away.
func (sh *Shell) measureReadiness() {
	const name = "muster.ready"
	gauge, err := meter().Int64ObservableGauge(name, metric.WithDescription("1 while a check of /readyz passes"))
	sh.observe(name, err, gauge, func(ctx context.Context, o metric.Observer) error {
		failed := web.Failing(ctx, sh.checks)
		for i, check := range sh.checks {
			var ready int64
			if failed[i] == nil {
				ready = 1
			}
			o.ObserveInt64(gauge, ready, metric.WithAttributes(attribute.String("check", check.Name)))
		}
		return nil
	})
}

// measureTasks counts the tasks that the service has given up.
func (sh *Shell) measureTasks() {
	if sh.tasks == nil {
		return
	}
	list := sh.tasks.List
	sh.Measure("muster.tasks.dead", "", fmt.Sprintf("Tasks given up, counted up to %d", mostTasks), func(ctx context.Context) (float64, error) {
		dead, err := list(ctx, "dead", 0, mostTasks)
		return float64(len(dead)), err
	})
}

// observe calls back whenever metrics are collected, until the service is closed.
func (sh *Shell) observe(name string, err error, gauge metric.Observable, callback metric.Callback) {
	var registration metric.Registration
	if err == nil {
		registration, err = meter().RegisterCallback(func(ctx context.Context, o metric.Observer) error {
			ctx, cancel := context.WithTimeout(ctx, measureTime)
			defer cancel()
			err := callback(ctx, o)
			if err != nil && !errors.Is(err, context.Canceled) {
				sh.Log.WarnContext(ctx, "a metric cannot be read", "metric", name, "error", err)
			}
			return nil // the other metrics are collected all the same
		}, gauge)
	}
	if err != nil {
		sh.Log.Warn("a metric cannot be registered", "metric", name, "error", err)
		return
	}
	sh.Closes(func() { _ = registration.Unregister() })
}

// failures counts the failures of background work.
type failures struct{ counter metric.Int64Counter }

func newFailures() (failures, error) {
	counter, err := meter().Int64Counter("muster.work.failures", metric.WithDescription("Failures of background work, which is tried again"))
	if err != nil {
		return failures{}, fmt.Errorf("metric of failures: %w", err)
	}
	return failures{counter}, nil
}

// expect makes the counter of a piece of work begin at zero, so that its first failure is an increase.
func (f failures) expect(work string) { f.add(context.Background(), work, 0) }

func (f failures) add(ctx context.Context, work string, count int64) {
	f.counter.Add(ctx, count, metric.WithAttributes(attribute.String("work", work)))
}

// Failed counts a failure of background work that the service tries again. [Shell.Every] and [Shell.Works] count their own.
func (sh *Shell) Failed(ctx context.Context, work string) { sh.failures.add(ctx, work, 1) }

// MayFail declares work that [Shell.Failed] counts.
func (sh *Shell) MayFail(work string) { sh.failures.expect(work) }
