package livefeed

import (
	"context"
	"slices"
)

// Reader is one client's place in the log. One goroutine uses it.
type Reader struct {
	feed   *Feed
	userID int64
	at     int64
}

// Open returns a reader for a user that begins after a position, or with what happens from now on if after is 0. It
// returns [ErrTooMany] if there are too many, or an error of [errs.KindUnavailable] while the log cannot be read. The
// caller closes the reader.
func (f *Feed) Open(ctx context.Context, userID, after int64) (*Reader, error) {
	r, err := f.admit(userID, after)
	if err != nil || !r.ahead() {
		return r, err
	}
	// Another replica may have shown it already.
	now, err := f.log.Number(ctx)
	if err != nil {
		r.Close()
		return nil, err
	}
	if after > now.Last {
		r.at = Unknown
	}
	return r, nil
}

// Unknown is a position that no log has.
const Unknown = -1

func (f *Feed) admit(userID, after int64) (*Reader, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.bounds == Bounds{}:
		return nil, errBlind
	case f.total >= f.limits.Readers || f.open[userID] >= f.limits.ReadersPerUser:
		return nil, ErrTooMany
	}
	if after == 0 {
		after = f.bounds.Last
	}
	f.total++
	f.open[userID]++
	select {
	case f.opened <- struct{}{}:
	default: // it is told already
	}
	return &Reader{f, userID, after}, nil
}

// ahead reports whether the reader's position is newer than what this replica has read.
func (r *Reader) ahead() bool {
	r.feed.mu.Lock()
	defer r.feed.mu.Unlock()
	return r.at > r.feed.bounds.Last
}

// Close frees the reader's place.
func (r *Reader) Close() {
	r.feed.mu.Lock()
	defer r.feed.mu.Unlock()
	r.feed.total--
	if r.feed.open[r.userID]--; r.feed.open[r.userID] == 0 {
		delete(r.feed.open, r.userID)
	}
}

// Position is that of the last change that Next has returned, or where the reader began.
func (r *Reader) Position() int64 { return r.at }

// Lags reports whether the reader is so far behind that Next returns as much as it can.
func (r *Reader) Lags() bool {
	r.feed.mu.Lock()
	defer r.feed.mu.Unlock()
	return r.feed.bounds.Last-r.at >= pageSize
}

// Next waits for changes and returns them, at most pageSize, the newest of each user. Nothing before a [Reset] is
// returned. A reader whose position the log does not know, or not any more, gets a Reset. Next returns nothing when ctx is
// done. With an error the reader is of no use any more.
func (r *Reader) Next(ctx context.Context) ([]Change, error) {
	for {
		changes, behind, grown, err := r.look()
		if behind {
			changes, err = r.catchUp(ctx)
		}
		if err != nil {
			return nil, err
		}
		if len(changes) > 0 {
			r.at = changes[len(changes)-1].Position
			return newest(changes), nil
		}
		select {
		case <-ctx.Done():
			return nil, nil
		case <-grown:
		}
	}
}

// look returns the next changes if they are in memory. behind is true if they are older, and the log must be asked.
func (r *Reader) look() (changes []Change, behind bool, grown <-chan struct{}, err error) {
	f := r.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.bounds == Bounds{}:
		return nil, false, nil, errBlind
	case r.at < f.bounds.Forgotten:
		return []Change{{Position: f.bounds.Last, Kind: Reset}}, false, nil, nil
	case r.at < f.tail:
		return nil, true, nil, nil
	case r.at >= f.bounds.Last:
		return nil, false, f.grown, nil
	}
	first := len(f.recent) - int(f.bounds.Last-r.at)
	return slices.Clone(f.recent[first:min(len(f.recent), first+pageSize)]), false, nil, nil
}

// catchUp reads the next changes from the log.
func (r *Reader) catchUp(ctx context.Context) ([]Change, error) {
	changes, err := r.feed.log.Since(ctx, r.at, pageSize)
	if err != nil {
		return nil, err
	}
	if len(changes) == 0 || changes[0].Position != r.at+1 { // forgotten meanwhile
		r.feed.mu.Lock()
		defer r.feed.mu.Unlock()
		return []Change{{Position: r.feed.bounds.Last, Kind: Reset}}, nil
	}
	return changes, nil
}

// newest returns the last change of each user, in their order, and nothing before a reset.
func newest(changes []Change) []Change {
	var kept []Change
	seen := map[int64]bool{}
	for _, c := range slices.Backward(changes) {
		if c.Kind == Reset {
			kept = append(kept, c)
			break
		}
		if !seen[c.UserID] {
			seen[c.UserID] = true
			kept = append(kept, c)
		}
	}
	slices.Reverse(kept)
	return kept
}
