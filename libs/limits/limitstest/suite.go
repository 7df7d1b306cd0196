package limitstest

import (
	"context"
	"errors"
	"testing"
	"time"

	"muster/libs/errs"
	"muster/libs/limits"
)

// Counter is what counts the events of limits.
type Counter interface {
	Take(ctx context.Context, uses ...limits.Use) error
	Check(ctx context.Context, uses ...limits.Use) error
	Forget(ctx context.Context, uses ...limits.Use) error
}

// Start is the time at which the clock of a test begins: the beginning of an hour.
var Start = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

// TestCounter checks that a counter keeps the promises of the throttle port of each core. open gives one that has counted
// nothing, on the given clock.
func TestCounter(t *testing.T, open func(t *testing.T, now func() time.Time) Counter) {
	for name, test := range map[string]func(*testing.T, Counter, *time.Time){
		"a limit is used up and comes back": usedUp,
		"what is refused is not counted":    refusedIsNotCounted,
		"a use may come twice at once":      twiceAtOnce,
		"nothing is always allowed":         nothing,
		"what is forgotten counts no more":  forgotten,
	} {
		t.Run(name, func(t *testing.T) {
			now := Start
			test(t, open(t, func() time.Time { return now }), &now)
		})
	}
}

var hourly = limits.Limit{Name: "hourly", Most: 4, Window: time.Hour}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// RefusedFor insists that err refuses for a limit that is used up, and gives the time after which it will not.
func RefusedFor(t *testing.T, err error) time.Duration {
	t.Helper()
	e := errs.From(err)
	if !errors.Is(err, limits.ErrUsedUp) || e.Kind != errs.KindTooMany || e.RetryAfter < time.Second {
		t.Fatalf("not refused: %v", err)
	}
	return e.RetryAfter
}

func usedUp(t *testing.T, c Counter, now *time.Time) {
	use := hourly.Of("192.0.2.1")
	for range hourly.Most {
		must(t, c.Take(t.Context(), use))
	}
	wait := RefusedFor(t, c.Take(t.Context(), use))
	RefusedFor(t, c.Check(t.Context(), use))
	must(t, c.Take(t.Context(), hourly.Of("192.0.2.2")))
	must(t, c.Take(t.Context(), limits.Limit{Name: "other", Most: 1, Window: time.Hour}.Of("192.0.2.1")))

	*now = now.Add(wait - time.Second)
	RefusedFor(t, c.Take(t.Context(), use))
	*now = now.Add(time.Second)
	must(t, c.Check(t.Context(), use))
	must(t, c.Take(t.Context(), use))
	*now = now.Add(3 * time.Hour)
	for range hourly.Most {
		must(t, c.Take(t.Context(), use))
	}
}

func refusedIsNotCounted(t *testing.T, c Counter, _ *time.Time) {
	network, account := hourly.Of("network"), limits.Limit{Name: "account", Most: 1, Window: time.Hour}.Of("ada")
	must(t, c.Take(t.Context(), account))
	for range 10 {
		RefusedFor(t, c.Take(t.Context(), network, account))
	}
	for range hourly.Most {
		must(t, c.Take(t.Context(), network))
	}
}

func twiceAtOnce(t *testing.T, c Counter, _ *time.Time) {
	use, other := hourly.Of("ada"), hourly.Of("grace")
	must(t, c.Take(t.Context(), use, other, use))
	must(t, c.Take(t.Context(), use))
	RefusedFor(t, c.Take(t.Context(), use, use))
	must(t, c.Take(t.Context(), use))
	RefusedFor(t, c.Check(t.Context(), other, use))
	must(t, c.Check(t.Context(), other))
}

func nothing(t *testing.T, c Counter, _ *time.Time) {
	must(t, c.Take(t.Context()))
	must(t, c.Check(t.Context()))
	must(t, c.Forget(t.Context()))
}

func forgotten(t *testing.T, c Counter, _ *time.Time) {
	for range hourly.Most {
		must(t, c.Take(t.Context(), hourly.Of("ada"), hourly.Of("grace")))
	}
	must(t, c.Forget(t.Context(), hourly.Of("ada")))
	must(t, c.Check(t.Context(), hourly.Of("ada")))
	RefusedFor(t, c.Check(t.Context(), hourly.Of("grace")))
}
