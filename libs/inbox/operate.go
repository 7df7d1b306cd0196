package inbox

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
	"gorm.io/gorm"

	"muster/libs/errs"
	"muster/libs/pg"
)

// Errors of [Consumer.Rewind].
var (
	ErrTopicUnknown = errs.New(errs.KindNotFound, "TOPIC_UNKNOWN", "The service does not consume this topic, or the topic has no such partition.")
	ErrCannotRewind = errs.New(errs.KindConflict, "OFFSET_OUT_OF_RANGE", "The offset lies outside of the partition's log, or ahead of what was applied: rewinding goes back only.")
)

// ParkedRecord is a record that could not be applied.
type ParkedRecord struct {
	ID        int64
	Topic     string // without the prefix
	Partition int
	Offset    int64
	Key       string
	EventID   string
	Type      string
	Version   int64
	Bytes     int // of the payload
	Error     string
	Attempts  int
	FirstSeen time.Time
	NextTry   time.Time // when it is retried automatically
}

// ParkedContent is the content of a parked record as the broker delivered it. It may hold personal data.
type ParkedContent struct {
	Headers []Header
	Payload []byte
}

// Header is a header of a record.
type Header struct{ Key, Value string }

const parkedColumns = `id, topic, partition, record_offset AS "offset", key, event_id, type, version,
	coalesce(octet_length(value), 0) AS bytes, error, attempts, first_seen, next_try`

// Parked lists the consumer's parked records in id order, starting after the given id.
func (c *Consumer) Parked(ctx context.Context, after int64, limit int) ([]ParkedRecord, error) {
	const query = "SELECT " + parkedColumns + " FROM parked WHERE consumer = ? AND id > ? ORDER BY id LIMIT ?"
	list, err := pg.Many[ParkedRecord](ctx, c.config.DB, "list parked records", query, c.config.Name, after, limit)
	for i := range list {
		list[i].Topic = strings.TrimPrefix(list[i].Topic, c.config.TopicPrefix)
	}
	return list, err
}

// FindParked returns a parked record with its content. found is false when no parked record has this id.
func (c *Consumer) FindParked(ctx context.Context, id int64) (record ParkedRecord, content ParkedContent, found bool, err error) {
	const query = "SELECT " + parkedColumns + ", headers, value FROM parked WHERE consumer = ? AND id = ?"
	type whole struct {
		ParkedRecord
		Headers pg.JSON[[]kafka.Header]
		Value   []byte
	}
	row, found, err := pg.First[whole](ctx, c.config.DB, "read a parked record", query, c.config.Name, id)
	row.Topic = strings.TrimPrefix(row.Topic, c.config.TopicPrefix)
	content.Payload = row.Value
	for _, h := range row.Headers.V {
		content.Headers = append(content.Headers, Header{h.Key, string(h.Value)})
	}
	return row.ParkedRecord, content, found, err
}

// Drop deletes a parked record without applying it. It reports whether there was one. Records parked behind it are
// retried when they are due, or by [Consumer.Replay].
func (c *Consumer) Drop(ctx context.Context, id int64) (bool, error) {
	dropped, err := pg.Exec(ctx, c.config.DB, "drop a parked record", "DELETE FROM parked WHERE consumer = ? AND id = ?", c.config.Name, id)
	return dropped > 0, err
}

// Position is how far any replica has applied a partition.
type Position struct {
	Topic      string // without the prefix
	Partition  int
	First, End int64 // of the log: the oldest offset, and the one that the next record will get
	Next       int64 // the next offset to apply
	Parked     int64 // records of the partition that are parked
}

// Positions returns the positions of all partitions, ordered by topic and partition.
func (c *Consumer) Positions(ctx context.Context) ([]Position, error) {
	extents, err := c.extents(ctx)
	if err != nil {
		return nil, unreachable(err)
	}
	stored, err := c.stored(ctx)
	if err != nil {
		return nil, err
	}
	const query = "SELECT topic, partition, count(*) AS parked FROM parked WHERE consumer = ? GROUP BY topic, partition"
	type row struct {
		Topic     string
		Partition int
		Parked    int64
	}
	counts, err := pg.Many[row](ctx, c.config.DB, "count parked records", query, c.config.Name)
	if err != nil {
		return nil, err
	}
	parked := make(map[lane]int64)
	for _, row := range counts {
		parked[lane{row.Topic, row.Partition}] = row.Parked
	}
	var list []Position
	for l, log := range extents {
		next, known := stored[l]
		if !known {
			next = log.first
		}
		list = append(list, Position{strings.TrimPrefix(l.topic, c.config.TopicPrefix), l.partition, log.first, log.end, next, parked[l]})
	}
	slices.SortFunc(list, func(a, b Position) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
	})
	return list, nil
}

// Target is where to rewind a partition to: an offset, the first record at or after a time or, when both are nil, the
// beginning of the log.
type Target struct {
	Offset *int64
	Time   *time.Time
}

// Rewind makes running consumers read partitions of a topic again: one partition, or all when partition is nil. topic
// is without the prefix. Records that were already applied are delivered again, and versions keep them from overwriting
// newer state. It returns the positions of the partitions afterwards. A partition that is before the target stays where
// it is, so that no record is skipped. Rewinding to the beginning of the log also recovers a partition that was stopped
// because its offset did not match its log.
//
// Errors: ErrTopicUnknown, ErrCannotRewind.
func (c *Consumer) Rewind(ctx context.Context, topic string, partition *int, to Target) ([]Position, error) {
	name := c.config.TopicPrefix + topic
	targets, err := c.targets(ctx, name, partition, to)
	if err != nil {
		return nil, err
	}
	cluster, err := c.cluster.id(ctx)
	if err != nil {
		return nil, unreachable(err)
	}
	var after []Position
	err = pg.Tx(ctx, c.config.DB, func(ctx context.Context, tx *gorm.DB) error {
		after = nil
		for _, p := range targets {
			next, err := c.rewindTo(ctx, tx, lane{name, p.Partition}, p, to, cluster)
			if err != nil {
				return err
			}
			p.Next = next
			after = append(after, p)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("rewind %s: %w", topic, err)
	}
	return after, nil
}

// targets returns the positions of the partitions to rewind, with the target offset in Next.
func (c *Consumer) targets(ctx context.Context, name string, partition *int, to Target) ([]Position, error) {
	if _, consumed := c.state[name]; !consumed {
		return nil, ErrTopicUnknown
	}
	extents, err := c.extents(ctx)
	if err != nil {
		return nil, unreachable(err)
	}
	var lanes []lane
	for l := range extents {
		if l.topic == name && (partition == nil || *partition == l.partition) {
			lanes = append(lanes, l)
		}
	}
	if len(lanes) == 0 {
		return nil, ErrTopicUnknown
	}
	slices.SortFunc(lanes, func(a, b lane) int { return cmp.Compare(a.partition, b.partition) })
	var times map[lane]int64
	if to.Time != nil {
		if times, err = c.cluster.offsetsAt(ctx, lanes, *to.Time); err != nil {
			return nil, unreachable(err)
		}
	}
	var list []Position
	for _, l := range lanes {
		log := extents[l]
		p := Position{Topic: strings.TrimPrefix(name, c.config.TopicPrefix), Partition: l.partition, First: log.first, End: log.end, Next: log.first}
		switch {
		case to.Offset != nil:
			p.Next = *to.Offset
		case to.Time != nil:
			p.Next = log.end
			if at, found := times[l]; found {
				p.Next = at
			}
		}
		if p.Next < log.first || p.Next > log.end {
			return nil, ErrCannotRewind
		}
		list = append(list, p)
	}
	return list, nil
}

// rewindTo moves the stored offset of a partition and returns the resulting position. A move to the beginning always
// happens. Any other move only goes back.
func (c *Consumer) rewindTo(ctx context.Context, tx *gorm.DB, l lane, target Position, to Target, cluster string) (next int64, err error) {
	const (
		lock = "SELECT next_offset FROM kafka_offsets WHERE consumer = ? AND topic = ? AND partition = ? FOR UPDATE"
		move = `UPDATE kafka_offsets SET next_offset = ?, cluster_id = ?, updated_at = clock_timestamp()
			WHERE consumer = ? AND topic = ? AND partition = ?`
	)
	stored, found, err := pg.First[int64](ctx, tx, "lock an offset", lock, c.config.Name, l.topic, l.partition)
	if err != nil || !found { // A partition that was never read starts at the beginning.
		return target.First, err
	}
	beginning := to.Offset == nil && to.Time == nil
	if !beginning && target.Next > stored {
		if to.Offset != nil {
			return 0, ErrCannotRewind
		}
		return stored, nil
	}
	_, err = pg.Exec(ctx, tx, "move an offset", move, target.Next, cluster, c.config.Name, l.topic, l.partition)
	return target.Next, err
}

// unreachable is the error for operators when the broker cannot be reached.
func unreachable(err error) error {
	return errs.New(errs.KindUnavailable, "BROKER_UNAVAILABLE", "The Kafka brokers do not answer.").Because(err)
}
