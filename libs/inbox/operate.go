package inbox

import (
	"cmp"
	"context"
	"encoding/json"
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
	NextTry   time.Time // when it is tried again by itself
}

// ParkedContent is the content of a parked record, as the broker delivered it. It may hold personal data.
type ParkedContent struct {
	Headers []Header
	Payload []byte
}

// Header is a header of a record.
type Header struct{ Key, Value string }

const parkedColumns = `id, topic, partition, record_offset AS "offset", key, event_id, type, version,
	coalesce(octet_length(value), 0) AS bytes, error, attempts, first_seen, next_try`

// Parked lists the consumer's parked records in the order of their ids, from after the given id on.
func (c *Consumer) Parked(ctx context.Context, after int64, limit int) ([]ParkedRecord, error) {
	const query = "SELECT " + parkedColumns + " FROM parked WHERE consumer = ? AND id > ? ORDER BY id LIMIT ?"
	var list []ParkedRecord
	if err := pg.From(ctx, c.config.DB).Raw(query, c.config.Name, after, limit).Scan(&list).Error; err != nil {
		return nil, fmt.Errorf("list parked records: %w", err)
	}
	for i := range list {
		list[i].Topic = strings.TrimPrefix(list[i].Topic, c.config.TopicPrefix)
	}
	return list, nil
}

// FindParked returns a parked record with its content. found is false when no record with this id is parked.
func (c *Consumer) FindParked(ctx context.Context, id int64) (record ParkedRecord, content ParkedContent, found bool, err error) {
	const query = "SELECT " + parkedColumns + ", headers, value FROM parked WHERE consumer = ? AND id = ?"
	var row struct {
		ParkedRecord
		Headers string
		Value   []byte
	}
	result := pg.From(ctx, c.config.DB).Raw(query, c.config.Name, id).Scan(&row)
	if result.Error != nil {
		return record, content, false, fmt.Errorf("read parked record %d: %w", id, result.Error)
	}
	if result.RowsAffected == 0 {
		return record, content, false, nil
	}
	var headers []kafka.Header
	if err := json.Unmarshal([]byte(row.Headers), &headers); err != nil {
		return record, content, false, fmt.Errorf("headers of parked record %d: %w", id, err)
	}
	content.Payload = row.Value
	for _, h := range headers {
		content.Headers = append(content.Headers, Header{h.Key, string(h.Value)})
	}
	row.Topic = strings.TrimPrefix(row.Topic, c.config.TopicPrefix)
	return row.ParkedRecord, content, true, nil
}

// Drop gives a parked record up for good. It reports whether there was one. What was parked behind it is tried again
// when its time has come, or by [Consumer.Replay].
func (c *Consumer) Drop(ctx context.Context, id int64) (bool, error) {
	dropped := pg.From(ctx, c.config.DB).Exec("DELETE FROM parked WHERE consumer = ? AND id = ?", c.config.Name, id)
	if dropped.Error != nil {
		return false, fmt.Errorf("drop a parked record: %w", dropped.Error)
	}
	return dropped.RowsAffected > 0, nil
}

// Position is how far a partition has been applied, by whichever replica.
type Position struct {
	Topic      string // without the prefix
	Partition  int
	First, End int64 // of the log: the oldest offset, and the one that the next record will get
	Next       int64 // the next offset to apply
	Parked     int64 // records of the partition that are parked
}

// Positions are those of all partitions, in the order of topics and partitions.
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
	var counts []struct {
		Topic     string
		Partition int
		Parked    int64
	}
	if err := c.config.DB.WithContext(ctx).Raw(query, c.config.Name).Scan(&counts).Error; err != nil {
		return nil, fmt.Errorf("count parked records: %w", err)
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

// Target is where a partition is rewound to: an offset, the first record of a time or later, or, when both are nil, the
// beginning of the log.
type Target struct {
	Offset *int64
	Time   *time.Time
}

// Rewind makes the consumer read partitions of a topic again, while consumers run: one partition, or all when partition
// is nil. topic is without the prefix. Records that were applied are delivered again; state is guarded by its versions.
// It returns where the partitions stand afterwards. To go back to the beginning of the log is also the cure for a
// partition that is left alone because its log is not what it was. A partition that stands before the target stays
// where it is, so that nothing is left out.
//
// ErrTopicUnknown, ErrCannotRewind.
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
	err = pg.Tx(ctx, c.config.DB, func(_ context.Context, tx *gorm.DB) error {
		after = nil
		for _, p := range targets {
			next, err := c.rewindTo(tx, lane{name, p.Partition}, p, to, cluster)
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

// targets are the partitions to rewind, each with the offset to go to as Next.
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

// rewindTo moves the stored offset of a partition and returns where it stands then. To the beginning it goes from
// wherever it stood; otherwise it only goes back.
func (c *Consumer) rewindTo(tx *gorm.DB, l lane, target Position, to Target, cluster string) (next int64, err error) {
	const (
		lock = "SELECT next_offset FROM kafka_offsets WHERE consumer = ? AND topic = ? AND partition = ? FOR UPDATE"
		move = `UPDATE kafka_offsets SET next_offset = ?, cluster_id = ?, updated_at = clock_timestamp()
			WHERE consumer = ? AND topic = ? AND partition = ?`
	)
	var stored []int64
	if err := tx.Raw(lock, c.config.Name, l.topic, l.partition).Scan(&stored).Error; err != nil {
		return 0, fmt.Errorf("lock the offset of %s: %w", l, err)
	}
	if len(stored) == 0 { // It was never read, and begins at the beginning.
		return target.First, nil
	}
	beginning := to.Offset == nil && to.Time == nil
	if !beginning && target.Next > stored[0] {
		if to.Offset != nil {
			return 0, ErrCannotRewind
		}
		return stored[0], nil
	}
	if err := tx.Exec(move, target.Next, cluster, c.config.Name, l.topic, l.partition).Error; err != nil {
		return 0, fmt.Errorf("move the offset of %s: %w", l, err)
	}
	return target.Next, nil
}

// unreachable is the answer to an operator when the broker is away.
func unreachable(err error) error {
	return errs.New(errs.KindUnavailable, "BROKER_UNAVAILABLE", "The Kafka brokers do not answer.").Because(err)
}
