package inbox

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"muster/libs/errs"
	"muster/libs/pg"
)

// Errors of [Consumer.Rewind] and [Consumer.Resume].
var (
	ErrTopicUnknown = errs.New(errs.KindNotFound, "TOPIC_UNKNOWN", "The service does not consume this topic, or the topic has no such partition.")
	ErrCannotRewind = errs.New(errs.KindConflict, "OFFSET_OUT_OF_RANGE", "The offset lies outside of the partition's log, or ahead of what was applied: rewinding goes back only.")
	ErrStopped      = errs.New(errs.KindConflict, "PARTITION_STOPPED", "The partition is stopped because its log is not the one that was read: rewind it to the beginning, or resume it.")
	ErrCannotResume = errs.New(errs.KindConflict, "OFFSET_NOT_IN_LOG", "The stored offset lies outside of the partition's log, or belongs to another cluster: rewind the topic to the beginning.")
)

// Position is how far any replica has applied a partition.
type Position struct {
	Topic      string // without the prefix
	Partition  int
	First, End int64  // of the log: the oldest offset, and the one that the next record will get
	Next       int64  // the next offset to apply
	Parked     int64  // records of the partition that are parked
	Stopped    string // why the partition is stopped until an operator rewinds or resumes it, or ""
}

// Positions returns the positions of all partitions, ordered by topic and partition.
func (c *Consumer) Positions(ctx context.Context) ([]Position, error) {
	extents, err := c.extents(ctx, nil)
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
	alarms, err := c.alarms(ctx)
	if err != nil {
		return nil, err
	}
	var list []Position
	for l, log := range extents {
		next, known := stored[l]
		if !known {
			next = log.first
		}
		list = append(list, Position{strings.TrimPrefix(l.topic, c.config.TopicPrefix), l.partition, log.first, log.end, next, parked[l], alarms[l]})
	}
	slices.SortFunc(list, func(a, b Position) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
	})
	return list, nil
}

// alarms returns why partitions are stopped.
func (c *Consumer) alarms(ctx context.Context) (map[lane]string, error) {
	const query = "SELECT topic, partition, lost FROM kafka_offsets WHERE consumer = ? AND lost <> ''"
	type row struct {
		Topic     string
		Partition int
		Lost      string
	}
	rows, err := pg.Many[row](ctx, c.config.DB, "read alarms", query, c.config.Name)
	found := make(map[lane]string, len(rows))
	for _, r := range rows {
		found[lane{r.Topic, r.Partition}] = r.Lost
	}
	return found, err
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
// because its offset did not match its log. Other targets are refused for it.
//
// Errors: ErrTopicUnknown, ErrCannotRewind, ErrStopped.
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
	extents, err := c.extents(ctx, nil)
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
	const move = `UPDATE kafka_offsets SET next_offset = ?, cluster_id = ?, last_offset = -1, lost = '', updated_at = clock_timestamp()
		WHERE consumer = ? AND topic = ? AND partition = ?`
	stored, found, err := c.lockOffset(ctx, tx, l)
	if err != nil || !found { // A partition that was never read starts at the beginning.
		return target.First, err
	}
	if beginning := to.Offset == nil && to.Time == nil; !beginning {
		switch {
		case stored.Lost != "":
			return 0, ErrStopped
		case target.Next > stored.NextOffset && to.Offset != nil:
			return 0, ErrCannotRewind
		case target.Next >= stored.NextOffset:
			return stored.NextOffset, nil
		}
	}
	_, err = pg.Exec(ctx, tx, "move an offset", move, target.Next, cluster, c.config.Name, l.topic, l.partition)
	return target.Next, err
}

func (c *Consumer) lockOffset(ctx context.Context, tx *gorm.DB, l lane) (row offsetRow, found bool, err error) {
	const lock = "SELECT next_offset, cluster_id, lost FROM kafka_offsets WHERE consumer = ? AND topic = ? AND partition = ? FOR UPDATE"
	return pg.First[offsetRow](ctx, tx, "lock an offset", lock, c.config.Name, l.topic, l.partition)
}

// Resume makes consumers go on with stopped partitions of a topic where they stopped, one partition or all when
// partition is nil: for a log that an operator knows to be right. topic is without the prefix. It returns the positions
// of the partitions that were stopped. None is resumed if one of them cannot be.
//
// Errors: ErrTopicUnknown, ErrCannotResume.
func (c *Consumer) Resume(ctx context.Context, topic string, partition *int) ([]Position, error) {
	name := c.config.TopicPrefix + topic
	targets, err := c.targets(ctx, name, partition, Target{})
	if err != nil {
		return nil, err
	}
	cluster, err := c.cluster.id(ctx)
	if err != nil {
		return nil, unreachable(err)
	}
	const clear = "UPDATE kafka_offsets SET last_offset = -1, lost = '', updated_at = clock_timestamp() WHERE consumer = ? AND topic = ? AND partition = ?"
	var resumed []Position
	err = pg.Tx(ctx, c.config.DB, func(ctx context.Context, tx *gorm.DB) error {
		resumed = nil
		for _, p := range targets {
			stored, found, err := c.lockOffset(ctx, tx, lane{name, p.Partition})
			switch {
			case err != nil:
				return err
			case !found || stored.Lost == "":
				continue
			case stored.NextOffset < p.First || stored.NextOffset > p.End || (stored.ClusterID != "" && cluster != "" && stored.ClusterID != cluster):
				return ErrCannotResume
			}
			if _, err := pg.Exec(ctx, tx, "resume a partition", clear, c.config.Name, name, p.Partition); err != nil {
				return err
			}
			p.Next = stored.NextOffset
			resumed = append(resumed, p)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("resume %s: %w", topic, err)
	}
	return resumed, nil
}

// unreachable is the error for operators when the broker cannot be reached.
func unreachable(err error) error {
	return errs.New(errs.KindUnavailable, "BROKER_UNAVAILABLE", "The Kafka brokers do not answer.").Because(err)
}
