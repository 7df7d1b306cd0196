package gateway

import (
	"context"
	"slices"
	"time"
)

// The read model is asked at these intervals: soon, since most writes settle within tens of milliseconds, then less often.
const (
	firstPoll = 3 * time.Millisecond
	lastPoll  = 25 * time.Millisecond
)

// Follow returns when the writes have taken effect wherever a client can see, or when the patience is at its end. It
// says what was still lacking then; nothing lacking means that the answer can go out unmarked.
func (s *Service) Follow(ctx context.Context, writes []Write) (lacking []string) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	return s.follow(ctx, writes)
}

// follow is Follow until ctx is done.
func (s *Service) follow(ctx context.Context, writes []Write) []string {
	if len(writes) == 0 {
		return nil
	}
	for wait := firstPoll; ; wait = min(wait*3/2, lastPoll) {
		lacking := s.lacking(ctx, writes)
		if len(lacking) == 0 || !pause(ctx, wait) {
			return lacking
		}
	}
}

// lacking asks the read model once.
func (s *Service) lacking(ctx context.Context, writes []Write) []string {
	progress, err := s.model.Progress(ctx, usersOf(writes))
	if err != nil {
		return []string{"read model does not answer"} // The write is done: better a late or marked answer than none.
	}
	var lacking []string
	for _, w := range writes {
		lacking = append(lacking, progress[w.UserID].lacking(w)...)
	}
	slices.Sort(lacking)
	return slices.Compact(lacking)
}

func usersOf(writes []Write) []int64 {
	ids := make([]int64, len(writes))
	for i, w := range writes {
		ids[i] = w.UserID
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// pause waits, and says whether ctx is still good.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// remaining is the time until ctx's deadline, at most limit.
func remaining(ctx context.Context, limit time.Duration) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return limit
	}
	return max(0, min(limit, time.Until(deadline)))
}
