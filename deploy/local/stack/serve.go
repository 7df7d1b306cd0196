package stack

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"
)

// watchInterval is how often stack.json is compared with the running processes.
const watchInterval = 250 * time.Millisecond

// serve creates the demo data, then prints where everything is, and keeps stack.json current until ctx is done.
// Printing and stack.json come last because they name demo users.
func (s *stack) serve(ctx context.Context, seed Seeder) {
	s.seed(ctx, seed)
	if ctx.Err() == nil {
		s.republish()
		s.console.Say("%s\nCtrl-C stops it; started again, it finds its data.\n", s.snapshot().Table())
	}
	var work sync.WaitGroup
	work.Go(func() { s.watch(ctx) })
	<-ctx.Done()
	s.console.Say("stopping")
	work.Wait()
}

// seed creates the demo data. A stack works without it, so a failure is only reported.
func (s *stack) seed(ctx context.Context, seed Seeder) {
	if !s.settings.Seed || seed == nil {
		return
	}
	description := s.snapshot()
	if description.Mail == "" || description.Stripe == "" {
		s.console.Say("no demo data: it needs the local mail catcher and the Stripe fake")
		return
	}
	err := seed(ctx, description, s.settings.Users, s.console)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		s.warn(fmt.Sprintf("the demo data is not complete: %v; start again to finish it", err))
	default:
		s.mu.Lock()
		s.description.Seeded = true
		s.mu.Unlock()
	}
}

// watch rewrites stack.json when a service has a new process.
func (s *stack) watch(ctx context.Context) {
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	known := s.pids()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if now := s.pids(); !maps.Equal(now, known) {
			known = now
			s.republish()
		}
	}
}

func (s *stack) pids() map[string]int {
	pids := map[string]int{}
	for name, status := range s.control.statuses() {
		pids[name] = status.PID
	}
	return pids
}

func (s *stack) republish() {
	if err := s.publish(); err != nil {
		s.warn(err.Error())
	}
}
