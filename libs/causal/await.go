package causal

import (
	"context"
	"slices"
	"time"
)

// The intervals at which [Poll] asks: short at first, since most writes settle within tens of milliseconds.
const (
	firstPause = 3 * time.Millisecond
	lastPause  = 25 * time.Millisecond
)

// Poll asks until done says true or fails, or limit has passed, which is no error. It asks at least once. It returns the
// error of done, or that of ctx when ctx ended first.
func Poll(ctx context.Context, limit time.Duration, done func() (bool, error)) error {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	for pause := firstPause; ; pause = min(pause*3/2, lastPause) {
		if ok, err := done(); ok || err != nil {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-deadline.C:
			timer.Stop()
			return nil
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// ProgressOf says how far the users have come. Users of whom nothing has arrived are left out.
type ProgressOf func(ctx context.Context, userIDs []int64) (map[int64]Progress, error)

// Await returns when the writes have taken effect everywhere, or limit has passed, or ctx is done. lacking names what was still missing then,
// in order and each once; it is empty when nothing was. A progress that cannot be read counts as lacking: the write is
// done, so a late or marked answer is better than none.
func Await(ctx context.Context, limit time.Duration, progressOf ProgressOf, writes []Write) (lacking []string) {
	if len(writes) == 0 {
		return nil
	}
	_ = Poll(ctx, limit, func() (bool, error) { // it fails only when ctx is done, and lacking tells that
		lacking = lackingNow(ctx, progressOf, writes)
		return len(lacking) == 0, nil
	})
	return lacking
}

func lackingNow(ctx context.Context, progressOf ProgressOf, writes []Write) []string {
	ids := make([]int64, len(writes))
	for i, w := range writes {
		ids[i] = w.UserID
	}
	slices.Sort(ids)
	progress, err := progressOf(ctx, slices.Compact(ids))
	if err != nil {
		return []string{"read model does not answer"}
	}
	var lacking []string
	for _, w := range writes {
		lacking = append(lacking, progress[w.UserID].Lacking(w)...)
	}
	slices.Sort(lacking)
	return slices.Compact(lacking)
}
