package smtp

import (
	"slices"
	"sync"
	"time"
)

const (
	// maxIdle is the maximum number of idle connections. It equals the number of senders.
	maxIdle = 8
	// defaultIdleTime is how long a connection stays idle. It is shorter than the usual timeout of servers, so they
	// rarely close first.
	defaultIdleTime = 5 * time.Second
	// maxMails is the maximum number of mails per connection. Servers have such limits, and a new connection may reach
	// a less busy server.
	maxMails = 100
)

// pool holds idle connections.
type pool struct {
	idleTime time.Duration

	mu     sync.Mutex
	free   []idle // the most recently used last
	closed bool
}

// idle is a connection and the timer that closes it.
type idle struct {
	*connection
	expiry *time.Timer
}

// take returns the most recently used connection, or nil. The others can thus reach their idle timeout.
func (p *pool) take() *connection {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) == 0 {
		return nil
	}
	last := p.free[len(p.free)-1]
	p.free = p.free[:len(p.free)-1]
	last.expiry.Stop()
	return last.connection
}

// put returns a connection to the pool, or closes it.
func (p *pool) put(c *connection) {
	if !p.keep(c) {
		c.quit()
	}
}

func (p *pool) keep(c *connection) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.free) == maxIdle || c.mails >= maxMails {
		return false
	}
	p.free = append(p.free, idle{c, time.AfterFunc(p.idleTime, func() { p.expire(c) })})
	return true
}

// expire closes a connection unless it was taken.
func (p *pool) expire(c *connection) {
	p.mu.Lock()
	i := slices.IndexFunc(p.free, func(free idle) bool { return free.connection == c })
	if i >= 0 {
		p.free = slices.Delete(p.free, i, i+1)
	}
	p.mu.Unlock()
	if i >= 0 {
		c.quit()
	}
}

// close closes all idle connections, and each busy one after its mail.
func (p *pool) close() {
	p.mu.Lock()
	free := p.free
	p.free, p.closed = nil, true
	p.mu.Unlock()
	for _, c := range free {
		c.expiry.Stop()
		c.quit()
	}
}
