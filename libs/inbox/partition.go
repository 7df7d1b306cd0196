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

// partition is the state of a partition while it is assigned to this consumer.
type partition struct {
	lane     lane
	position atomic.Int64 // the next offset to apply; -1 until it is known
	end      atomic.Int64 // the last known end of the log
	applying atomic.Bool  // a batch is being applied, so a stall is not the reader's fault
	reading  atomic.Int64 // number of the session while it has a reader, else 0
	stalls   atomic.Int32 // consecutive stalls
	kick     chan error   // tells the worker to restart, and why
	sessions int64
}

func newPartition(l lane) *partition {
	p := &partition{lane: l, kick: make(chan error, 1)}
	p.position.Store(-1)
	return p
}

var (
	// errFenced means that another replica has already applied the batch.
	errFenced = errors.New("another replica has advanced the offset")
	// errStalled means that the reader delivers nothing although there are records.
	errStalled = errors.New("the reader makes no progress")
	// errRewound means that the stored offset was moved back.
	errRewound = errors.New("the topic has been rewound")
	// errTruncated means that the log is shorter than the position.
	errTruncated = errors.New("the log ends before the consumer's position")
)

// consume works on a partition until ctx is done. After any failure it restarts from the stored offset.
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
		c.log.WarnContext(ctx, "restarting a partition", "partition", p.lane.String(), "error", err, "retry_in", delay)
		_ = wait.Sleep(ctx, delay)
	}
}

// session reads and applies a partition from its stored offset until a failure occurs or ctx is done.
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

// beginReading marks the start of a session's reading. It discards restart requests that were meant for an earlier
// session.
func (p *partition) beginReading() (end func()) {
	select {
	case <-p.kick: //nolint:errcheck // the reason belongs to an earlier session
	default:
	}
	p.sessions++
	p.reading.Store(p.sessions)
	return func() { p.reading.Store(0) }
}

// applyPatiently applies a batch and retries it after transient errors. ctx stops the retries. work also cancels the
// current attempt.
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
		c.log.WarnContext(work, "cannot apply a batch; retrying", "partition", p.lane.String(), "offset", expected, "error", err, "retry_in", delay)
		if wait.Sleep(ctx, delay) != nil {
			return err
		}
	}
}

// checkGap checks the log when the reader skipped offsets of an event topic. Event topics normally have no holes, so
// retention may have deleted records before they were read.
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

// aroundHole returns the offset to read from. After repeated stalls it searches for the next record itself.
func (c *Consumer) aroundHole(ctx context.Context, p *partition, next int64) (int64, error) {
	if p.stalls.Load() < 2 {
		return next, nil
	}
	from, err := c.cluster.firstRecord(ctx, p.lane, next, p.end.Load())
	if err == nil && from != next {
		c.log.ErrorContext(ctx, "the reader cannot cross a hole in the log; continuing after it", "partition", p.lane.String(), "from", next, "to", from)
	}
	return from, err
}

// stop marks a partition as stopped, and logs that every time.
func (c *Consumer) stop(ctx context.Context, l lane, lost *LostError) {
	c.markStopped(l, lost)
	c.log.ErrorContext(ctx, "a partition is stopped: its stored offset does not match its log. Replay or drop the topic's parked records, then run the commands",
		"partition", l.String(), "error", lost, "commands", c.cure(l))
}

// cure returns the commands that recover a stopped partition: rewind the topic and, for a state topic, make its owner
// republish all state. The owner's name is the first part of the topic's name.
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
