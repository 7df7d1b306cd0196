package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/libs/contracts"
)

const (
	pageRows  = 500
	pageBytes = 512 << 10 // of data; a larger row is a page of its own
)

// row is a row of the outbox.
type row struct {
	contracts.Event
	id      int64
	created time.Time
	held    bool // an earlier record of its key is dead
}

// readPage returns the oldest rows, as many as fit into one request per partition.
func readPage(ctx context.Context, conn *pgx.Conn) ([]row, error) {
	const query = `
		SELECT id, event_id::text, topic, key, type, source, subject, version, occurred_at, trace, data, created_at,
		       EXISTS (SELECT 1 FROM outbox_dead d WHERE d.topic = page.topic AND d.key = page.key AND d.id < page.id)
		FROM (
			SELECT id, event_id, topic, key, type, source, subject, version, occurred_at, trace, data, created_at,
			       octet_length(data) AS size, sum(octet_length(data)) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) AS running
			FROM (
				SELECT id, event_id, topic, key, type, source, subject, version, occurred_at, trace, data, created_at
				FROM outbox ORDER BY id LIMIT $1
			) AS oldest
		) AS page
		WHERE running <= $2 OR running = size
		ORDER BY id`
	ctx, cancel := context.WithTimeout(ctx, statementTimeout)
	defer cancel()
	result, err := conn.Query(ctx, query, pageRows, pageBytes)
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	rows, err := pgx.CollectRows(result, scanRow)
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	return rows, nil
}

func scanRow(from pgx.CollectableRow) (row, error) {
	var r row
	var data string
	err := from.Scan(&r.id, &r.ID, &r.Topic, &r.Key, &r.Type, &r.Source, &r.Subject, &r.Version, &r.Time, &r.Trace, &data, &r.created, &r.held)
	r.Data = []byte(data)
	return r, err
}
