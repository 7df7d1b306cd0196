package main

import (
	"math/rand"
	"sync"

	"muster/services/billing/internal/billing"
)

// badPost is a post that delivers webhooks late, in any order and repeatedly, unless it is told to be prompt.
type badPost struct {
	mu      sync.Mutex
	random  *rand.Rand
	waiting []billing.Event
	good    bool
}

func (p *badPost) take(e billing.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = append(p.waiting, e)
}

// prompt ends all delays.
func (p *badPost) prompt() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.good = true
}

// late allows delays again.
func (p *badPost) late() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.good = false
}

// deliveries returns what is delivered now.
func (p *badPost) deliveries() []billing.Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	var now, later []billing.Event
	for _, e := range p.waiting {
		switch chance := p.random.Float64(); {
		case p.good || chance < 0.7:
			now = append(now, e)
		case chance < 0.8:
			now, later = append(now, e), append(later, e)
		case chance < 0.9:
			now = append(now, e, e)
		default:
			later = append(later, e)
		}
	}
	p.waiting = later
	p.random.Shuffle(len(now), func(i, j int) { now[i], now[j] = now[j], now[i] })
	return now
}
