package inbox

import (
	"context"
	"fmt"

	"github.com/segmentio/kafka-go"
	"gorm.io/gorm"

	"muster/libs/pg"
)

// Replay retries a parked record together with all others of its key on its topic, in order and in one transaction: a
// later record may not overtake an earlier one. Records that are applied are no longer parked. On an event topic it
// stops at the first record that still fails. It returns how many were applied and how many of the key are left. found
// is false when the record is not parked (any more). An error is transient and not a record's fault.
func (c *Consumer) Replay(ctx context.Context, id int64) (applied, left int, found bool, err error) {
	const query = "SELECT topic, key FROM parked WHERE consumer = ? AND id = ?"
	type row struct {
		Topic string
		Key   []byte
	}
	record, found, err := pg.First[row](ctx, c.config.DB, "look for a parked record", query, c.config.Name, id)
	if err != nil || !found {
		return 0, 0, false, err
	}
	applied, left, err = c.replayKey(ctx, record.Topic, string(record.Key))
	return applied, left, applied+left > 0, err
}

// replayKey replays the parked records of one key. The topic has its name on the broker.
func (c *Consumer) replayKey(ctx context.Context, topic, key string) (applied, left int, err error) {
	err = pg.Tx(ctx, c.config.DB, func(ctx context.Context, tx *gorm.DB) error {
		applied, left = 0, 0
		rows, err := c.lockParked(tx, topic, key)
		if err != nil {
			return err
		}
		for _, row := range rows {
			done, err := c.replayOne(ctx, tx, topic, row)
			if err != nil {
				return err
			}
			if done {
				applied++
			} else if !c.state[topic] && key != "" {
				break
			}
		}
		const count = "SELECT count(*) FROM parked WHERE consumer = ? AND topic = ? AND key = ?"
		return tx.Raw(count, c.config.Name, topic, []byte(key)).Scan(&left).Error
	})
	if err != nil {
		return 0, 0, fmt.Errorf("replay key %s of %s: %w", key, topic, err)
	}
	return applied, left, nil
}

// ReplayAfter retries up to limit parked records with an id greater than after, each with its key as [Consumer.Replay]
// does. Use it after a fault has been fixed. It returns how many were applied, how many of the consumer's records are
// still parked, and the id to continue after, which is 0 when there are no more.
func (c *Consumer) ReplayAfter(ctx context.Context, after int64, limit int) (applied, left int, next int64, err error) {
	const (
		query = "SELECT id, topic, key FROM parked WHERE consumer = ? AND id > ? ORDER BY id LIMIT ?"
		count = "SELECT count(*) FROM parked WHERE consumer = ?"
	)
	type row struct {
		ID    int64
		Topic string
		Key   []byte
	}
	rows, err := pg.Many[row](ctx, c.config.DB, "look for parked records", query, c.config.Name, after, limit)
	if err != nil {
		return 0, 0, 0, err
	}
	type ordered struct{ topic, key string }
	seen := make(map[ordered]bool)
	for _, row := range rows {
		at := ordered{row.Topic, string(row.Key)}
		if seen[at] {
			continue
		}
		seen[at] = true
		n, _, err := c.replayKey(ctx, at.topic, at.key)
		applied += n
		if err != nil {
			return applied, 0, 0, err
		}
	}
	if len(rows) == limit {
		next = rows[limit-1].ID
	}
	left, _, err = pg.First[int](ctx, c.config.DB, "count parked records", count, c.config.Name)
	return applied, left, next, err
}

// replayDue replays the keys whose first parked record is due, or all keys.
func (c *Consumer) replayDue(ctx context.Context, all bool) (applied, left int, err error) {
	const query = `
		SELECT DISTINCT topic, key FROM (
			SELECT DISTINCT ON (topic, partition, key) topic, key, next_try FROM parked
			WHERE consumer = ? ORDER BY topic, partition, key, record_offset
		) AS heads WHERE ? OR next_try <= clock_timestamp()`
	var keys []struct {
		Topic string
		Key   []byte
	}
	if err := c.config.DB.WithContext(ctx).Raw(query, c.config.Name, all).Scan(&keys).Error; err != nil {
		return 0, 0, fmt.Errorf("find parked records: %w", err)
	}
	for _, k := range keys {
		done, rest, err := c.replayKey(ctx, k.Topic, string(k.Key))
		applied, left = applied+done, left+rest
		if err != nil {
			return applied, left, err
		}
	}
	return applied, left, nil
}

// lockParked reads the parked records of a key. It first locks the offsets of their partitions. No batch can then be in
// progress there, so a later record of the key can neither be parked behind them nor overtake them.
func (c *Consumer) lockParked(tx *gorm.DB, topic, key string) ([]parkedRow, error) {
	const lock = `
		SELECT next_offset FROM kafka_offsets o WHERE o.consumer = ? AND o.topic = ?
		AND EXISTS (SELECT 1 FROM parked p WHERE p.consumer = o.consumer AND p.topic = o.topic AND p.partition = o.partition AND p.key = ?)
		ORDER BY o.partition FOR UPDATE OF o`
	if err := tx.Exec(lock, c.config.Name, topic, []byte(key)).Error; err != nil {
		return nil, fmt.Errorf("lock the partition: %w", err)
	}
	const query = `
		SELECT id, partition, record_offset, record_time, key, headers, value FROM parked
		WHERE consumer = ? AND topic = ? AND key = ? ORDER BY record_offset FOR UPDATE`
	var rows []parkedRow
	if err := tx.Raw(query, c.config.Name, topic, []byte(key)).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read parked records: %w", err)
	}
	return rows, nil
}

// replayOne applies a parked record and deletes it, or stores why it still cannot be applied.
func (c *Consumer) replayOne(ctx context.Context, tx *gorm.DB, topic string, row parkedRow) (done bool, err error) {
	message, err := row.message(topic)
	if err != nil {
		return false, err
	}
	l := lane{topic, row.Partition}
	d := c.deliveries([]kafka.Message{message})[0]
	if c.isMarker(l, d) { // Parked by an earlier release.
		return true, c.unpark(tx, l, d, false)
	}
	cause, wrote := d.illegal, false
	if cause == nil {
		wrote, cause = c.handleAlone(ctx, d, c.state[topic])
	}
	switch {
	case cause == nil:
		return true, c.unpark(tx, l, d, c.state[topic] && wrote)
	case isTransient(cause):
		return false, cause
	}
	const postpone = `
		UPDATE parked SET error = ?, attempts = attempts + 1,
		next_try = clock_timestamp() + make_interval(secs => least(? * power(2, least(attempts, 20)), ?)) WHERE id = ?`
	err = tx.Exec(postpone, printable(cause.Error()), firstRetry.Seconds(), lastRetry.Seconds(), row.ID).Error
	if err != nil {
		return false, fmt.Errorf("postpone parked record %d: %w", row.ID, err)
	}
	return false, nil
}
