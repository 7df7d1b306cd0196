// Package eventually waits in tests for asynchronous conditions.
package eventually

import (
	"testing"
	"time"
)

// look is the time between two checks.
const look = 10 * time.Millisecond

// Holds returns as soon as the condition holds, and fails the test if it does not within the time. what describes the
// condition.
func Holds(t testing.TB, within time.Duration, what string, condition func() bool) {
	t.Helper()
	tick := time.NewTicker(look)
	defer tick.Stop()
	deadline := time.Now().Add(within)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("not in %s: %s", within, what)
		}
		<-tick.C
	}
}
