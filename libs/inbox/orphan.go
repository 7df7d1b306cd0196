package inbox

import (
	"context"
	"time"
)

// maxPatience bounds the doublings of the wait for orphans: to about five minutes.
const maxPatience = 6

// orphans detects partitions that have records and no working consumer. The group assigns every partition to a member,
// but the broker may never notice that a member is dead: kfake does not expect heartbeats from a member whose
// connection broke while it was joining. Leaving and rejoining the group makes the broker check its members.
type orphans struct {
	waiting map[lane]waiting
	rejoins int // since all partitions last had a working consumer
}

// waiting records since when a partition has made no progress.
type waiting struct {
	next       int64
	generation int64
	since      time.Time
}

// look returns a partition that has been an orphan for long enough. The wait doubles with each rejoin that did not
// help, because the partition may have an owner whose work is blocked.
func (o *orphans) look(generation int64, ours map[lane]bool, extents map[lane]extent, stored map[lane]int64, patience time.Duration) (orphan lane, found bool) {
	if generation == 0 { // The group is rebalancing.
		clear(o.waiting)
		return lane{}, false
	}
	for l, log := range extents {
		next := max(stored[l], log.first)
		last, known := o.waiting[l]
		switch {
		case ours[l], next >= log.end:
			delete(o.waiting, l)
		case !known, last.next != next, last.generation != generation:
			o.waiting[l] = waiting{next, generation, time.Now()}
		case time.Since(last.since) >= patience<<min(o.rejoins, maxPatience):
			orphan, found = l, true
		}
	}
	switch {
	case found:
		o.rejoins++
		clear(o.waiting)
	case len(o.waiting) == 0:
		o.rejoins = 0
	}
	return orphan, found
}

// adopt makes the consumer rejoin its group if there is an orphan.
func (c *Consumer) adopt(ctx context.Context, o *orphans, ours map[lane]bool, extents map[lane]extent, stored map[lane]int64) {
	orphan, found := o.look(c.generation.Load(), ours, extents, stored, c.timing.orphan)
	if !found {
		return
	}
	c.log.WarnContext(ctx, "no consumer works on a partition that has records; rejoining the group", "partition", orphan.String())
	select {
	case c.rejoin <- struct{}{}:
	default:
	}
}
