package inbox

import (
	"context"
	"fmt"
	"time"

	"muster/libs/internal/wait"
)

const (
	catchUpPoll = 25 * time.Millisecond
	maxStalls   = 3 // consecutive stalls after which a partition is stopped
)

// Ready returns nil when the service may take requests: the consumer has joined the group, everything that was in the
// topics at startup has been applied, and none of its partitions is stopped. Otherwise the error says what is missing.
// A consumer without a partition, because there are more replicas than partitions, becomes ready in the same way.
func (c *Consumer) Ready() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, err := range c.stopped {
		return fmt.Errorf("consumer %s has stopped at %w", c.config.Name, err)
	}
	if !c.caughtUp {
		return fmt.Errorf("consumer %s is not up to date: %s", c.config.Name, c.behind)
	}
	return nil
}

func (c *Consumer) setBehind(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.behind = what
}

// watch checks the progress of the assigned partitions until ctx is done.
func (c *Consumer) watch(ctx context.Context) {
	progress := make(map[lane]standing)
	orphans := &orphans{waiting: make(map[lane]waiting)}
	for wait.Sleep(ctx, c.timing.watch) == nil {
		if err := c.inspect(ctx, progress, orphans); err != nil && ctx.Err() == nil {
			c.meters.blind.Add(ctx, 1)
			c.log.WarnContext(ctx, "cannot compare positions with the log", "error", err)
		}
	}
}

// catchUp returns when the stored offsets have reached the current ends of the log.
func (c *Consumer) catchUp(ctx context.Context) {
	var goal map[lane]extent
	for goal == nil {
		var err error
		if goal, err = c.extents(ctx, nil); err != nil {
			c.setBehind(fmt.Sprintf("the broker does not tell the extent of the topics: %v", err))
			if wait.Sleep(ctx, 10*catchUpPoll) != nil {
				return
			}
		}
	}
	for {
		behind, err := c.missing(ctx, goal)
		if err != nil {
			behind = err.Error()
		}
		c.mu.Lock()
		c.behind = behind
		c.caughtUp = behind == "" && c.joined
		done := c.caughtUp
		if behind == "" && !c.joined {
			c.behind = "it has not joined its group"
		}
		c.mu.Unlock()
		if done {
			c.log.InfoContext(ctx, "up to date with all topics")
			return
		}
		if wait.Sleep(ctx, catchUpPoll) != nil {
			return
		}
	}
}

// extents returns the extents of all partitions of all topics; of those in ends only where they end.
func (c *Consumer) extents(ctx context.Context, ends map[lane]bool) (map[lane]extent, error) {
	partitions, err := c.cluster.partitions(ctx)
	if err != nil {
		return nil, err
	}
	var lanes []lane
	for topic, ids := range partitions {
		for _, id := range ids {
			lanes = append(lanes, lane{topic, id})
		}
	}
	return c.cluster.extents(ctx, lanes, ends)
}

// missing returns what must still be applied to reach the goal, or "". It compares stored offsets, so it does not
// matter which replica applies what.
func (c *Consumer) missing(ctx context.Context, goal map[lane]extent) (string, error) {
	stored, err := c.stored(ctx)
	if err != nil {
		return "", err
	}
	for l, log := range goal {
		if next := max(stored[l], log.first); next < log.end {
			return fmt.Sprintf("%s is at %d of %d", l, next, log.end), nil
		}
	}
	return "", nil
}

// standing is the position of a partition when it last moved or last got a reader.
type standing struct {
	partition *partition
	session   int64
	position  int64
	since     time.Time
}

// inspect compares the consumer's positions with the ends of the log and with the stored offsets. A partition restarts
// if its log has become shorter than its position, if it was rewound, or if its reader stalls although there are
// records.
func (c *Consumer) inspect(ctx context.Context, progress map[lane]standing, orphans *orphans) error {
	c.meters.reportStopped(ctx, c.stoppedCount())
	before := make(map[*partition]int64)
	ours := make(map[lane]bool)
	for _, p := range c.ours() {
		before[p] = p.position.Load()
		ours[p.lane] = true
	}
	checked := time.Now()
	extents, err := c.extents(ctx, ours)
	if err != nil {
		return err
	}
	stored, err := c.stored(ctx)
	if err != nil {
		return err
	}
	c.forgetLag(ctx, ours)
	ends := make(map[lane]int64)
	for p, position := range before {
		log, known := extents[p.lane]
		if position < 0 || !known {
			continue // It has not started, or the topic is gone.
		}
		c.meters.reportLag(ctx, p.lane, max(0, log.end-position))
		c.reported[p.lane] = true
		if next, ok := stored[p.lane]; !ok || next < position {
			p.beginAnew(errRewound)
			continue
		}
		if position == log.end {
			ends[p.lane] = log.end
		}
		c.judge(ctx, p, position, log.end, progress)
	}
	c.adopt(ctx, orphans, ours, extents, stored)
	return c.noteEnds(ctx, checked, ends)
}

// forgetLag reports no lag for partitions that another replica has now. A gauge keeps its last value, which would raise an
// alarm for ever.
func (c *Consumer) forgetLag(ctx context.Context, ours map[lane]bool) {
	for l := range c.reported {
		if !ours[l] {
			c.meters.reportLag(ctx, l, 0)
			delete(c.reported, l)
		}
	}
}

// judge restarts a partition if its log is truncated or its reader stalls.
func (c *Consumer) judge(ctx context.Context, p *partition, position, end int64, progress map[lane]standing) {
	last, session := progress[p.lane], p.reading.Load()
	switch {
	case end < position:
		p.beginAnew(errTruncated)
	case end == position, last.partition != p, last.session != session, last.position != position, session == 0, p.applying.Load():
		progress[p.lane] = standing{p, session, position, time.Now()}
	case time.Since(last.since) >= c.timing.stall:
		stalls := p.stalls.Add(1)
		c.log.ErrorContext(ctx, "a reader makes no progress although there are records", "partition", p.lane.String(), "position", position, "end", end, "times", stalls)
		if stalls >= maxStalls {
			c.markStopped(p.lane, &LostError{Partition: p.lane.String(), Position: position, Problem: "no reader makes progress"})
		}
		p.beginAnew(errStalled)
		delete(progress, p.lane)
	}
}

// beginAnew tells the partition's worker to restart, unless a request is pending.
func (p *partition) beginAnew(why error) {
	select {
	case p.kick <- why:
	default:
	}
}

func (c *Consumer) ours() []*partition {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := make([]*partition, 0, len(c.assigned))
	for _, p := range c.assigned {
		list = append(list, p)
	}
	return list
}

func (c *Consumer) stoppedCount() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.stopped)
}

// maintain replays due parked records until ctx is done.
func (c *Consumer) maintain(ctx context.Context) {
	// A new release may be able to apply what the old one could not, so at startup all parked records are due.
	for all := true; ctx.Err() == nil; all = false {
		applied, _, err := c.replayDue(ctx, all)
		if applied > 0 {
			c.log.InfoContext(ctx, "parked records have been applied", "count", applied)
		}
		if err == nil {
			err = c.countParked(ctx)
		}
		if err != nil && ctx.Err() == nil {
			c.log.WarnContext(ctx, "cannot replay or count parked records", "error", err)
		}
		_ = wait.Sleep(ctx, c.timing.replay)
	}
}

// countParked reports the number of parked records to the metrics.
func (c *Consumer) countParked(ctx context.Context) error {
	var count int64
	if err := c.config.DB.WithContext(ctx).Raw("SELECT count(*) FROM parked WHERE consumer = ?", c.config.Name).Scan(&count).Error; err != nil {
		return fmt.Errorf("count parked records: %w", err)
	}
	c.meters.parked.Record(ctx, count)
	return nil
}
