package directorytest

import (
	"sync"
	"time"
)

// Noon is when the clocks of tests begin: a moment with a fraction of a second, which nothing that users see may have.
var Noon = time.Date(2026, 3, 14, 12, 0, 0, 987_654_321, time.UTC)

// Clock is a clock that tests move.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock makes a clock that shows [Noon].
func NewClock() *Clock { return &Clock{now: Noon} }

// Now is the time on the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Second is the time on the clock without its fraction: what users see.
func (c *Clock) Second() time.Time { return c.Now().Truncate(time.Second) }

// Move moves the clock.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
