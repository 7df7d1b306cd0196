package inbox

import (
	"context"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"

	"muster/libs/pg"
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
