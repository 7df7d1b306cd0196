package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
	"gorm.io/gorm"

	"muster/libs/pg"
)

// errBehind is the error of a record that is parked only because an earlier record with its key is parked.
var errBehind = errors.New("waits behind a parked record with the same key")

const (
	firstRetry = time.Minute // pause before the first retry of a parked record; doubled each time
	lastRetry  = time.Hour   // longest pause
	errorChars = 2000        // length to which a stored error is cut
)

// blockedKeys returns the keys of the deliveries that have parked records, with the offset of the first one.
func (c *Consumer) blockedKeys(tx *gorm.DB, l lane, deliveries []delivery) (map[string]int64, error) {
	seen := make(map[string]bool)
	var keys [][]byte
	for _, d := range deliveries {
		if !seen[d.Key] {
			seen[d.Key] = true
			keys = append(keys, []byte(d.Key))
		}
	}
	const query = "SELECT key, min(record_offset) AS first FROM parked WHERE consumer = ? AND topic = ? AND partition = ? AND key IN ? GROUP BY key"
	var rows []struct {
		Key   []byte
		First int64
	}
	if err := tx.Raw(query, c.config.Name, l.topic, l.partition, keys).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("find parked records: %w", err)
	}
	blocked := make(map[string]int64, len(rows))
	for _, row := range rows {
		blocked[string(row.Key)] = row.First
	}
	return blocked, nil
}

// park stores a record that cannot be applied. It logs this after the commit.
func (c *Consumer) park(ctx context.Context, tx *gorm.DB, d delivery, cause error) error {
	const query = `
		INSERT INTO parked (consumer, topic, partition, record_offset, record_time, key, headers, value, event_id, type, version, error, attempts, next_try)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, clock_timestamp() + make_interval(secs => ?))
		ON CONFLICT ON CONSTRAINT parked_record_unique DO UPDATE SET error = excluded.error, attempts = parked.attempts + 1, next_try = excluded.next_try
		RETURNING id`
	headers, err := json.Marshal(d.message.Headers)
	if err != nil {
		return fmt.Errorf("park a record: %w", err)
	}
	key := d.message.Key
	if key == nil {
		key = []byte{}
	}
	var id int64
	err = tx.Raw(query, c.config.Name, d.message.Topic, d.Partition, d.Offset, d.message.Time, key, string(headers), d.message.Value,
		printable(d.ID), printable(d.Type), d.Version, printable(cause.Error()), firstRetry.Seconds()).Scan(&id).Error
	if err != nil {
		return fmt.Errorf("park a record: %w", err)
	}
	pg.AfterCommit(ctx, func() {
		c.meters.park(ctx, d)
		c.log.ErrorContext(ctx, "a record cannot be applied and was parked", "topic", d.message.Topic, "partition", d.Partition, "offset", d.Offset,
			"key", d.Key, "event_id", d.ID, "type", d.Type, "error", cause, "command", fmt.Sprintf("muster ops %s parked show %d", c.config.Name, id))
	})
	return nil
}

// unpark deletes a parked record that has been applied. If supersede is set, it also deletes the parked states of its key
// and type that have an older version.
func (c *Consumer) unpark(tx *gorm.DB, l lane, d delivery, supersede bool) error {
	const query = `
		DELETE FROM parked WHERE consumer = ? AND topic = ? AND partition = ? AND key = ? AND (record_offset = ? OR (? AND type = ? AND version < ?))`
	err := tx.Exec(query, c.config.Name, l.topic, l.partition, []byte(d.Key), d.Offset, supersede && d.Key != "", printable(d.Type), d.Version).Error
	if err != nil {
		return fmt.Errorf("remove superseded parked records: %w", err)
	}
	return nil
}

// printable returns text that PostgreSQL accepts.
func printable(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "�"), "\x00", "�")
	if runes := []rune(text); len(runes) > errorChars {
		text = string(runes[:errorChars])
	}
	return text
}

// parkedRow is a parked record with the columns that replaying needs.
type parkedRow struct {
	ID           int64
	Partition    int
	RecordOffset int64
	RecordTime   time.Time
	Key          []byte
	Headers      string
	Value        []byte
}

// message returns the record as the broker delivered it.
func (r parkedRow) message(topic string) (kafka.Message, error) {
	m := kafka.Message{Topic: topic, Partition: r.Partition, Offset: r.RecordOffset, Time: r.RecordTime, Key: r.Key, Value: r.Value}
	if err := json.Unmarshal([]byte(r.Headers), &m.Headers); err != nil {
		return m, fmt.Errorf("headers of parked record %d: %w", r.ID, err)
	}
	return m, nil
}
