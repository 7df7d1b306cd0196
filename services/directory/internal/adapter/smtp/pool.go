package smtp

import (
	"slices"
	"sync"
	"time"
)

const (
	// maxIdle is how many connections are kept for the next mail; it is as many as there are senders.
	maxIdle = 8
	// defaultIdleTime is how long: shorter than servers wait, so that they seldom hang up first.
	defaultIdleTime = 5 * time.Second
	// maxMails is how many mails go over a connection; servers have such limits, and a new connection may find a server
	// that has less to do.
	maxMails = 100
)

// pool keeps connections between two mails.
type pool struct {
	idleTime time.Duration

	mu     sync.Mutex
	free   []idle // the last used last
	closed bool
}

// idle is a connection and what ends it.
type idle struct {
	*connection
	expiry *time.Timer
}

// take returns the connection used last, nil when there is none. The others get the chance to grow old.
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

// put keeps a connection for the next mail, or ends it.
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

// expire ends a connection unless it was taken.
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

// close ends all connections that are not in use, and each of the others after its mail.
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
