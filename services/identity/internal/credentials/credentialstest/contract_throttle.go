package credentialstest

import (
	"sync"
	"testing"
	"time"

	"muster/services/identity/internal/credentials"
)

// at is when the clocks of the suites begin.
var at = time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)

// TestThrottle checks that a throttle keeps the promises of credentials.Throttle.
func TestThrottle(t *testing.T, newThrottle func(t *testing.T) credentials.Throttle) {
	for name, test := range map[string]func(*testing.T, credentials.Throttle){
		"counts by subject":  countsBySubject,
		"begins anew":        beginsAnew,
		"loses no failure":   losesNoFailure,
		"forgets and purges": forgetsAndPurges,
		"unknown subject is zero": func(t *testing.T, th credentials.Throttle) {
			same(t, "counts", failures(t, th, at, "x"), make([]credentials.Failures, 1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newThrottle(t))
		})
	}
}

func failures(t *testing.T, th credentials.Throttle, now time.Time, subjects ...string) []credentials.Failures {
	t.Helper()
	counts, err := th.Failures(t.Context(), now, subjects...)
	check(t, err)
	return counts
}

func fail(t *testing.T, th credentials.Throttle, now time.Time, subjects ...string) []credentials.Failures {
	t.Helper()
	counts, err := th.Fail(t.Context(), now, time.Hour, subjects...)
	check(t, err)
	return counts
}

func countsBySubject(t *testing.T, th credentials.Throttle) {
	until := at.Add(time.Hour)
	same(t, "first", fail(t, th, at, "a", "net"), []credentials.Failures{{Count: 1, Until: until}, {Count: 1, Until: until}})
	same(t, "second", fail(t, th, at.Add(time.Minute), "b", "net"),
		[]credentials.Failures{{Count: 1, Until: until.Add(time.Minute)}, {Count: 2, Until: until}})
	same(t, "read", failures(t, th, at.Add(2*time.Minute), "net", "none", "a"),
		[]credentials.Failures{{Count: 2, Until: until}, {}, {Count: 1, Until: until}})
}

func beginsAnew(t *testing.T, th credentials.Throttle) {
	fail(t, th, at, "a")
	fail(t, th, at, "a")
	end := at.Add(time.Hour)
	same(t, "just before the end", failures(t, th, end.Add(-time.Second), "a")[0].Count, 2)
	same(t, "at the end", failures(t, th, end, "a"), []credentials.Failures{{}})
	same(t, "anew", fail(t, th, end, "a"), []credentials.Failures{{Count: 1, Until: end.Add(time.Hour)}})
}

func losesNoFailure(t *testing.T, th credentials.Throttle) {
	const n = 12
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			subjects := []string{"a", "net"}
			if i%2 == 0 {
				subjects = []string{"b", "net"}
			}
			if _, err := th.Fail(t.Context(), at, time.Hour, subjects...); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	same(t, "all", failures(t, th, at, "net")[0].Count, n)
}

func forgetsAndPurges(t *testing.T, th credentials.Throttle) {
	fail(t, th, at, "a", "b")
	check(t, th.Forget(t.Context(), "a"))
	check(t, th.Forget(t.Context(), "never seen"))
	fail(t, th, at.Add(time.Minute), "c")
	same(t, "counts", []int{failures(t, th, at, "a")[0].Count, failures(t, th, at, "b")[0].Count}, []int{0, 1})
	n, err := th.PurgeFailures(t.Context(), at.Add(time.Hour), 10)
	check(t, err)
	same(t, "purged", n, 1)
	same(t, "left", failures(t, th, at.Add(time.Hour), "c")[0].Count, 1)
	same(t, "gone, not only out of its window", failures(t, th, at, "b")[0].Count, 0)
}
