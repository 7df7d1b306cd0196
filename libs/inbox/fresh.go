package inbox

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/pg"
)

// AppliedUntil returns the time up to which a consumer has applied all records of its topics: the earliest of its
// partitions. A partition that is at the end of its log is applied up to the last check of the log, which happens every
// 2 s. Any other is applied up to the broker's time of the last applied record, or to the last check that found it at
// the end. A partition that stands still, or whose log cannot be read, therefore holds the time back.
//
// Parked records count as applied: they are reported by muster.inbox.parked. known is false until the time of each
// partition is known.
func AppliedUntil(ctx context.Context, db *gorm.DB, consumer, topicPrefix string, topics []string) (until time.Time, known bool, err error) {
	const query = `
		SELECT min(applied_until) AS until, count(applied_until) >= ? AND count(*) = count(applied_until) AS known
		FROM kafka_offsets WHERE consumer = ? AND topic = ANY(?::text[])`
	type row struct {
		Until *time.Time
		Known bool
	}
	names := topicNames(Config{TopicPrefix: topicPrefix, Topics: topics})
	found, _, err := pg.First[row](ctx, db, "read how far the topics are applied", query, len(topics)*contracts.Partitions, consumer, pg.Array[string](names))
	if err != nil || !found.Known || found.Until == nil {
		return time.Time{}, false, err
	}
	return found.Until.UTC(), true, nil
}

// noteEnds stores that partitions were at the end of their log at a time. It skips those to which a batch is being
// applied, and those whose offset has moved since.
func (c *Consumer) noteEnds(ctx context.Context, at time.Time, ends map[lane]int64) error {
	if len(ends) == 0 {
		return nil
	}
	const query = `
		UPDATE kafka_offsets o SET applied_until = greatest(o.applied_until, ?)
		FROM (
			SELECT k.topic, k.partition FROM kafka_offsets k
			JOIN unnest(?::text[], ?::bigint[], ?::bigint[]) AS e (topic, partition, next_offset)
				ON k.topic = e.topic AND k.partition = e.partition AND k.next_offset = e.next_offset
			WHERE k.consumer = ? AND k.lost = '' FOR UPDATE OF k SKIP LOCKED
		) AS reached WHERE o.consumer = ? AND o.topic = reached.topic AND o.partition = reached.partition`
	var topics pg.Array[string]
	var partitions, offsets pg.Array[int64]
	for l, end := range ends {
		topics, partitions, offsets = append(topics, l.topic), append(partitions, int64(l.partition)), append(offsets, end)
	}
	if _, err := pg.Exec(ctx, c.config.DB, "store what is applied", query, at, topics, partitions, offsets, c.config.Name, c.config.Name); err != nil {
		return fmt.Errorf("note the ends of the log: %w", err)
	}
	return nil
}
