package inbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/cenkalti/backoff/v5"
	"github.com/segmentio/kafka-go"

	"muster/libs/internal/wait"
)

// partition is the state of a partition while it is assigned to us.
type partition struct {
	lane     lane
	position atomic.Int64 // the next offset to apply; -1 until it is known
	end      atomic.Int64 // the end of the log as last seen
	applying atomic.Bool  // a batch is under way, so a standstill is not the reader's fault
	reading  atomic.Int64 // the number of the session while it has a reader, else 0
	stalls   atomic.Int32 // standstills in a row
	kick     chan error   // tells the worker to begin anew, and why
	sessions int64
}

func newPartition(l lane) *partition {
	p := &partition{lane: l, kick: make(chan error, 1)}
	p.position.Store(-1)
	return p
}

var (
	// errFenced means that another replica has applied what we were about to.
	errFenced = errors.New("another replica has advanced the offset")
	// errStalled means that the reader delivers nothing although there are records.
	errStalled = errors.New("the reader makes no progress")
	// errRewound means that somebody has moved the stored offset back.
	errRewound = errors.New("the topic has been rewound")
	// errTruncated means that the log is shorter than what we have read.
	errTruncated = errors.New("the log ends before our position")
)

// consume works on a partition until ctx is done. Whatever goes wrong, it begins anew from the stored offset.
func (c *Consumer) consume(ctx context.Context, p *partition) {
	retry := retryPolicy()
	for ctx.Err() == nil {
		before := p.position.Load()
		err := c.session(ctx, p)
		if ctx.Err() != nil {
			return
		}
		if p.position.Load() > before {
			retry.Reset()
		}
		if lost, ok := errors.AsType[*LostError](err); ok {
			c.stop(ctx, p.lane, lost)
			_ = wait.Sleep(ctx, c.timing.recheck)
			continue
		}
		delay := retry.NextBackOff()
		c.log.WarnContext(ctx, "a partition begins anew", "partition", p.lane.String(), "error", err, "retry_in", delay)
		_ = wait.Sleep(ctx, delay)
	}
}

// session reads and applies a partition from its stored offset on, until something goes wrong or ctx is done.
func (c *Consumer) session(ctx context.Context, p *partition) error {
	work, cancel := wait.Outlive(ctx, finishTimeout)
	defer cancel()
	next, err := c.position(work, p.lane)
	if err != nil {
		return err
	}
	p.position.Store(next)
	if p.stalls.Load() < maxStalls {
		c.resume(p.lane)
	}
	from, err := c.aroundHole(work, p, next)
	if err != nil {
		return err
	}
	feed := c.openFeed(p.lane, from)
	defer feed.close()
	defer p.beginReading()()
	for {
		batch, err := feed.next(ctx, p)
		if err != nil {
			return err
		}
		if err := c.checkGap(work, p.lane, next, batch[0].Offset); err != nil {
			return err
		}
		after := batch[len(batch)-1].Offset + 1
		if err := c.applyPatiently(ctx, work, p, next, batch); err != nil {
			return err
		}
		next = after
		p.position.Store(next)
		if p.stalls.Swap(0) >= maxStalls {
			c.resume(p.lane)
		}
	}
}

// beginReading opens the time in which the reader is expected to deliver. Calls to begin anew that came before were
// meant for an earlier one.
func (p *partition) beginReading() (end func()) {
	select {
	case <-p.kick: //nolint:errcheck // it was the reason for a time that is over
	default:
	}
	p.sessions++
	p.reading.Store(p.sessions)
	return func() { p.reading.Store(0) }
}

// applyPatiently applies a batch, again and again while only circumstances prevent it. ctx ends the attempts, work the
// one under way.
func (c *Consumer) applyPatiently(ctx, work context.Context, p *partition, expected int64, batch []kafka.Message) error {
	p.applying.Store(true)
	defer p.applying.Store(false)
	retry := retryPolicy()
	for {
		select {
		case c.slots <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		err := c.apply(work, p.lane, expected, batch)
		<-c.slots
		if err == nil || errors.Is(err, errFenced) || ctx.Err() != nil {
			return err
		}
		delay := retry.NextBackOff()
		c.log.WarnContext(work, "cannot apply a batch; trying again", "partition", p.lane.String(), "offset", expected, "error", err, "retry_in", delay)
		if wait.Sleep(ctx, delay) != nil {
			return err
		}
	}
}

// checkGap looks closer when the reader skipped offsets of an event topic, where there are no holes by nature: retention
// may have overtaken us.
func (c *Consumer) checkGap(ctx context.Context, l lane, expected, got int64) error {
	if got == expected || c.state[l.topic] {
		return nil
	}
	extents, err := c.cluster.extents(ctx, []lane{l})
	if err != nil {
		return err
	}
	if first := extents[l].first; expected < first {
		return &LostError{Partition: l.String(), Position: expected, Problem: fmt.Sprintf("the log begins at %d: retention has removed records that were never read", first)}
	}
	c.log.WarnContext(ctx, "offsets are missing from the log", "partition", l.String(), "from", expected, "to", got)
	return nil
}

// aroundHole is where to read from. After repeated standstills it looks for a record itself.
func (c *Consumer) aroundHole(ctx context.Context, p *partition, next int64) (int64, error) {
	if p.stalls.Load() < 2 {
		return next, nil
	}
	from, err := c.cluster.firstRecord(ctx, p.lane, next, p.end.Load())
	if err == nil && from != next {
		c.log.ErrorContext(ctx, "the reader cannot cross a hole in the log; reading on behind it", "partition", p.lane.String(), "from", next, "to", from)
	}
	return from, err
}

// stop notes that a partition is left alone, and says so each time.
func (c *Consumer) stop(ctx context.Context, l lane, lost *LostError) {
	c.markStopped(l, lost)
	c.log.ErrorContext(ctx, "a partition is left alone: its log is not what it was. Replay or drop the topic's parked records, then run the commands",
		"partition", l.String(), "error", lost, "commands", c.cure(l))
}

// cure is what an operator has to run for a partition that is left alone: the topic is read again, and the owner of a
// state topic, whose name begins the topic's, publishes all state again.
func (c *Consumer) cure(l lane) string {
	topic := strings.TrimPrefix(l.topic, c.config.TopicPrefix)
	commands := fmt.Sprintf("muster ops %s topics rewind %s --to earliest --yes", c.config.Name, topic)
	if owner, _, found := strings.Cut(topic, "."); found && c.state[l.topic] {
		commands += fmt.Sprintf("; muster ops %s state republish --all", owner)
	}
	return commands
}

func (c *Consumer) markStopped(l lane, lost *LostError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped[l] = lost
}

func (c *Consumer) resume(l lane) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.stopped, l)
}

func retryPolicy() *backoff.ExponentialBackOff {
	policy := backoff.NewExponentialBackOff()
	policy.InitialInterval = retryMin
	policy.MaxInterval = retryMax
	policy.Multiplier = 2
	return policy
}
