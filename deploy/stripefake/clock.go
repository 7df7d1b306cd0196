package stripefake

import (
	"context"
	"time"
)

// now returns the virtual time: the wall clock plus the advanced time. The caller holds s.mu.
func (s *Server) now() time.Time { return time.Now().Add(s.state.ClockOffset) }

// catchUp applies everything that is due by now, each change at its own time. It returns the number of changes. The
// caller holds s.mu.
func (s *Server) catchUp(publicURL string) int {
	now := s.now().Unix()
	for happened := 0; ; happened++ {
		next, ok := s.state.agenda.next(now)
		if !ok {
			return happened
		}
		tx := &tx{st: s.state, now: next.at, publicURL: publicURL}
		next.who.happen(tx)
		tx.schedule(next.who)
		s.commit(tx)
	}
}

// advance moves the virtual clock forward and returns the new time and the number of changes on the way.
func (s *Server) advance(publicURL string, by time.Duration) (time.Time, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.ClockOffset += by
	happened := s.catchUp(publicURL)
	s.saver.changed()
	return s.now(), happened
}

// tick keeps the agenda running between requests.
func (s *Server) tick(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.mu.Lock()
			s.catchUp(s.seenURL)
			s.mu.Unlock()
		}
	}
}
