package directorytest

import (
	"sync"
	"time"
)

// Noon is the initial time of test clocks. It has a fraction of a second, which no time shown to users may have.
var Noon = time.Date(2026, 3, 14, 12, 0, 0, 987_654_321, time.UTC)

// Clock is a fake clock.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that shows [Noon].
func NewClock() *Clock { return &Clock{now: Noon} }

// Now returns the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Second returns the clock's time in whole seconds, as users see it.
func (c *Clock) Second() time.Time { return c.Now().Truncate(time.Second) }

// Move advances the clock.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
