package inbox

import (
	"context"
	"time"
)

// maxPatience bounds how often the waiting time for orphans doubles: to about five minutes.
const maxPatience = 6

// orphans looks for partitions that have records and that nobody works on. The group gives every partition to a member,
// but a member may be dead without the broker's knowing, for ever: kfake forgets to expect heartbeats from a member whose
// connection broke while it was joining. To leave the group and to join it again makes the broker count its members.
type orphans struct {
	waiting map[lane]waiting
	rejoins int // since the last time that nothing was amiss
}

// waiting is since when a partition stands where it stands.
type waiting struct {
	next       int64
	generation int64
	since      time.Time
}

// look returns a partition that has been an orphan for long, if there is one. Each time that rejoining has not helped, it
// is more patient, for the partition may have an owner whose work is held up.
func (o *orphans) look(generation int64, ours map[lane]bool, extents map[lane]extent, stored map[lane]int64, patience time.Duration) (orphan lane, found bool) {
	if generation == 0 { // The group is being shared out.
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

// adopt makes the consumer join its group again if there is an orphan.
func (c *Consumer) adopt(ctx context.Context, o *orphans, ours map[lane]bool, extents map[lane]extent, stored map[lane]int64) {
	orphan, found := o.look(c.generation.Load(), ours, extents, stored, c.timing.orphan)
	if !found {
		return
	}
	c.log.WarnContext(ctx, "nobody works on a partition that has records; joining the group again", "partition", orphan.String())
	select {
	case c.rejoin <- struct{}{}:
	default:
	}
}
