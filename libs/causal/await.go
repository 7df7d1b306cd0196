package causal

import (
	"context"
	"slices"
	"time"
)

// The intervals at which [Poll] checks: short at first, since most writes settle within tens of milliseconds.
const (
	firstPause = 3 * time.Millisecond
	lastPause  = 25 * time.Millisecond
)

// Poll calls done until it returns true or an error, or until limit has passed, which is not an error. It calls done at
// least once. It returns the error of done, or that of ctx if ctx ends first.
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

// ProgressOf returns the progress of the users. Users without any state are left out.
type ProgressOf func(ctx context.Context, userIDs []int64) (map[int64]Progress, error)

// Await returns when the writes have taken effect everywhere, limit has passed, or ctx is done. lacking lists what was
// still missing then, in order and without duplicates. If progress cannot be read, all writes count as lacking: they
// are done, so a late or marked answer is better than none.
func Await(ctx context.Context, limit time.Duration, progressOf ProgressOf, writes []Write) (lacking []string) {
	if len(writes) == 0 {
		return nil
	}
	_ = Poll(ctx, limit, func() (bool, error) { // it fails only when ctx is done, and lacking reports that
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
