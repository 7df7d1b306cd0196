package inbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/cenkalti/backoff/v5"
	"muster/libs/internal/wait"
	"muster/libs/pg"
)

// partition is the state of a partition while it is assigned to this consumer.
type partition struct {
	lane     lane
	position atomic.Int64 // the next offset to apply; -1 until it is known
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
	// errStalled means that nothing is read although there are records.
	errStalled = errors.New("reading makes no progress")
	// errRewound means that the stored offset was moved back.
	errRewound = errors.New("the topic has been rewound")
	// errNewLeader means that the partition has another leader, which may not have all records of the old one.
	errNewLeader = errors.New("the partition has another leader; verifying its log")
	// errUnwatched means that records waited so long to be applied that the log may have been replaced unnoticed.
	errUnwatched = errors.New("the log was not read for a while; verifying it")
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
		if unreadable, ok := errors.AsType[*unreadableError](err); ok {
			c.halt(ctx, p, unreadable)
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
	feed := c.openFeed(p.lane, next)
	defer feed.close()
	defer p.beginReading()()
	for {
		read, err := feed.next(ctx, p)
		if err != nil {
			return err
		}
		if err := c.applyPatiently(ctx, work, p, next, read); err != nil {
			return err
		}
		next = read.next
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
func (c *Consumer) applyPatiently(ctx, work context.Context, p *partition, expected int64, read portion) error {
	p.applying.Store(true)
	defer p.applying.Store(false)
	retry := retryPolicy()
	for {
		select {
		case c.slots <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		err := c.apply(work, p.lane, expected, read)
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

// stop stores why a partition is stopped, which lasts until an operator rewinds or resumes it, and logs that every time.
func (c *Consumer) stop(ctx context.Context, l lane, lost *LostError) {
	c.markStopped(l, lost)
	if !lost.stored { // Else an operator may have resumed the partition since it was read.
		c.storeAlarm(ctx, l, lost)
	}
	c.log.ErrorContext(ctx, "a partition is stopped: its stored offset does not match its log. Replay or drop the topic's parked records, then run the commands",
		"partition", l.String(), "error", lost, "commands", c.cure(l))
}

func (c *Consumer) storeAlarm(ctx context.Context, l lane, lost *LostError) {
	const store = "UPDATE kafka_offsets SET lost = ? WHERE consumer = ? AND topic = ? AND partition = ? AND next_offset = ? AND lost = ''"
	if _, err := pg.Exec(ctx, c.config.DB, "store an alarm", store, printable(lost.Problem), c.config.Name, l.topic, l.partition, lost.Position); err != nil {
		c.log.WarnContext(ctx, "cannot store that a partition is stopped", "partition", l.String(), "error", err)
	}
}

// halt marks a partition as stopped until it makes progress.
func (c *Consumer) halt(ctx context.Context, p *partition, unreadable *unreadableError) {
	p.stalls.Store(maxStalls)
	c.markStopped(p.lane, &LostError{Partition: p.lane.String(), Position: p.position.Load(), Problem: unreadable.Error()})
	c.log.ErrorContext(ctx, "a partition is stopped: its log cannot be read; retrying", "partition", p.lane.String(), "position", p.position.Load(), "error", unreadable)
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
