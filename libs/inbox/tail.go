package inbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

	"muster/libs/brokers"
	"muster/libs/internal/wait"
)

// Tail reads topics for people who want to see what is in them. It stores nothing and joins no group.
type Tail struct {
	Brokers     []string
	Access      brokers.Access // how to connect to them
	TopicPrefix string
	Topics      []string  // without the prefix
	Since       time.Time // the oldest record, by when it was published; the zero time means the beginning of the logs
	Follow      bool      // go on with new records at the end of the logs
}

// Tailed is a record of a log.
type Tailed struct {
	Record
	Problem error // why it is no CloudEvent of Muster's; the record then has what could be read
}

// tailBytes is what a tail fetches of a partition at a time. It bounds the memory of a tail, together with the broker's
// limit on a batch.
const tailBytes = 256 << 10

// Run calls see for each record until see fails or ctx is done, or at the end of the logs unless the tail follows.
// Records come in the order of their publication; new ones of different partitions come as they are read.
func (t Tail) Run(ctx context.Context, see func(Tailed) error) error {
	lanes, err := t.open(ctx)
	if err != nil {
		return err
	}
	if err := t.merge(ctx, lanes, see); err != nil || !t.Follow {
		return err
	}
	return t.follow(ctx, lanes, see)
}

// tailLane is a partition that a tail reads.
type tailLane struct {
	lane    lane
	source  source
	next    int64 // the offset after what was fetched
	end     int64 // of the log, when the tail began
	fetched []kafka.Message
}

// open finds where to begin.
func (t Tail) open(ctx context.Context) ([]*tailLane, error) {
	names := make([]string, len(t.Topics))
	for i, topic := range t.Topics {
		names[i] = t.TopicPrefix + topic
	}
	c := newCluster(Config{Name: "tail", Brokers: t.Brokers, Access: t.Access}, names)
	partitions, err := c.partitions(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask the brokers for the topics: %w", err)
	}
	var all []lane
	for _, name := range names {
		if len(partitions[name]) == 0 {
			return nil, fmt.Errorf("the topic %s does not exist, or may not be read", name)
		}
		for _, id := range partitions[name] {
			all = append(all, lane{name, id})
		}
	}
	extents, err := c.extents(ctx, all, nil)
	if err != nil {
		return nil, err
	}
	var since map[lane]int64
	if !t.Since.IsZero() {
		if since, err = c.offsetsAt(ctx, all, t.Since); err != nil {
			return nil, err
		}
	}
	lanes := make([]*tailLane, len(all))
	for i, l := range all {
		next := extents[l].first
		if !t.Since.IsZero() {
			next = extents[l].end
			if at, found := since[l]; found {
				next = at
			}
		}
		lanes[i] = &tailLane{lane: l, source: tailLog{brokerLog{c, l}}, next: next, end: extents[l].end}
	}
	return lanes, nil
}

// tailLog is a broker's log that is read in small pieces.
type tailLog struct{ brokerLog }

// Fetch implements source.
func (l tailLog) Fetch(ctx context.Context, offset int64) ([]recordBatch, error) {
	return l.cluster.fetch(ctx, l.lane, offset, tailBytes, fetchWait)
}

// fetch gets the next records. There are none where compaction has removed them.
func (l *tailLane) fetch(ctx context.Context) error {
	batches, err := l.source.Fetch(ctx, l.next)
	if err != nil {
		return err
	}
	for _, batch := range batches {
		for _, s := range steps(batch, l.next) {
			if s.message != nil {
				l.fetched = append(l.fetched, *s.message)
			}
			l.next = s.next
		}
	}
	return nil
}

// merge shows the records before the ends of the logs, the oldest first.
func (t Tail) merge(ctx context.Context, lanes []*tailLane, see func(Tailed) error) error {
	for {
		var oldest *tailLane
		for _, l := range lanes {
			for len(l.fetched) == 0 && l.next < l.end {
				if err := l.fetch(ctx); err != nil {
					return ended(ctx, err)
				}
			}
			if len(l.fetched) > 0 && (oldest == nil || l.fetched[0].Time.Before(oldest.fetched[0].Time)) {
				oldest = l
			}
		}
		if oldest == nil {
			return nil
		}
		message := oldest.fetched[0]
		oldest.fetched = oldest.fetched[1:]
		if message.Offset >= oldest.end && !t.Follow {
			oldest.fetched = nil
			continue
		}
		if err := see(t.tailed(message)); err != nil {
			return err
		}
	}
}

// follow shows new records as they come. Each partition has a reader that waits until its records have been seen.
func (t Tail) follow(ctx context.Context, lanes []*tailLane, see func(Tailed) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	messages := make(chan kafka.Message)
	var readers sync.WaitGroup
	for _, l := range lanes {
		readers.Go(func() {
			if err := l.pump(ctx, messages); err != nil {
				cancel(err)
			}
		})
	}
	defer readers.Wait()
	for {
		select {
		case m := <-messages:
			if err := see(t.tailed(m)); err != nil {
				cancel(nil)
				return err
			}
		case <-ctx.Done():
			if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
				return cause
			}
			return nil
		}
	}
}

// pump reads until ctx is done or a fetch fails.
func (l *tailLane) pump(ctx context.Context, to chan<- kafka.Message) error {
	for ctx.Err() == nil {
		before, begin := l.next, time.Now()
		if err := l.fetch(ctx); err != nil {
			return ended(ctx, err)
		}
		for _, m := range l.fetched {
			select {
			case to <- m:
			case <-ctx.Done():
				return nil
			}
		}
		l.fetched = nil
		if l.next == before && time.Since(begin) < fetchPause {
			_ = wait.Sleep(ctx, fetchPause) // The loop checks ctx itself.
		}
	}
	return nil
}

// ended returns the error unless it only says that ctx is done.
func ended(ctx context.Context, err error) error {
	select {
	case <-ctx.Done():
		return nil
	default:
		return err
	}
}

func (t Tail) tailed(m kafka.Message) Tailed {
	event, err := decode(m, true) // a tombstone is shown without data
	event.Topic = strings.TrimPrefix(m.Topic, t.TopicPrefix)
	return Tailed{Record{Event: event, Partition: m.Partition, Offset: m.Offset}, err}
}
