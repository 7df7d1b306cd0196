// Package eventually waits, in tests, for what is asynchronous.
package eventually

import (
	"testing"
	"time"
)

// look is the time between two looks.
const look = 10 * time.Millisecond

// Holds returns as soon as the condition does, and fails the test when it does not within the time: what says which
// condition it was.
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
