// Ledger is an example of a consumer: it keeps the net that was collected, by currency, exactly right. It knows Muster only
// by its AsyncAPI document (/asyncapi.json of the gateway).
//
// Delivery is at least once, and programs are killed. Both do no harm because one transaction of the consumer's own database
// holds the entry, the balance and the position in the log: an entry that comes again is known by its id, and a position that
// was not committed is read again.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	topic      = "billing.ledger.v1"
	partitions = 6 // of every topic, for ever
)

const schema = `
CREATE TABLE IF NOT EXISTS positions (partition int PRIMARY KEY, next bigint NOT NULL);
CREATE TABLE IF NOT EXISTS entries (id bigint PRIMARY KEY, user_id bigint NOT NULL, currency text NOT NULL, amount bigint NOT NULL);
CREATE TABLE IF NOT EXISTS balances (currency text PRIMARY KEY, amount bigint NOT NULL);`

// alone lets one copy of the program work, as long as its connection lives. Others stand by.
const alone = "SELECT pg_advisory_lock(hashtext('ledger'))"

// entry has the members of a ledger entry that this consumer needs. Unknown members are ignored, because more may come.
type entry struct {
	ID       int64  `json:"id"`
	UserID   int64  `json:"userId"`
	Currency string `json:"currency"`
	Amount   int64  `json:"amount"` // net of tax, in minor units; negative for what is given back
}

// errMoved means that another process has read this part of the log, although this one believed to be alone.
var errMoved = errors.New("another process has moved the position")

// follow applies the ledger until ctx is done.
func follow(ctx context.Context, db *pgx.Conn, prefix string, options ...kgo.Opt) error {
	if _, err := db.Exec(ctx, alone); err != nil {
		return fmt.Errorf("wait for another copy of this program to end: %w", err)
	}
	if _, err := db.Exec(ctx, schema); err != nil {
		return fmt.Errorf("create the tables: %w", err)
	}
	next, err := positions(ctx, db)
	if err != nil {
		return err
	}
	offsets := make(map[int32]kgo.Offset)
	for partition := range int32(partitions) {
		offsets[partition] = kgo.NewOffset().AtStart()
		if at, known := next[partition]; known {
			offsets[partition] = kgo.NewOffset().At(at)
		}
	}
	options = append(options,
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{prefix + topic: offsets}),
		kgo.ConsumeResetOffset(kgo.NoResetOffset()), // a position that the log no longer has is an error, not a reason to skip
	)
	client, err := kgo.NewClient(options...)
	if err != nil {
		return err
	}
	defer client.Close()
	for {
		fetches := client.PollFetches(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if failures := fetches.Errors(); len(failures) > 0 {
			return fmt.Errorf("read partition %d: %w", failures[0].Partition, failures[0].Err)
		}
		for _, p := range partitionsOf(fetches) {
			if err := apply(ctx, db, next, p); err != nil {
				return err
			}
		}
	}
}

func partitionsOf(fetches kgo.Fetches) (list []kgo.FetchTopicPartition) {
	fetches.EachPartition(func(p kgo.FetchTopicPartition) {
		if len(p.Records) > 0 {
			list = append(list, p)
		}
	})
	return list
}

// positions returns the next offset of each partition that was read.
func positions(ctx context.Context, db *pgx.Conn) (map[int32]int64, error) {
	rows, err := db.Query(ctx, "SELECT partition, next FROM positions")
	if err != nil {
		return nil, err
	}
	next := make(map[int32]int64)
	var partition int32
	var at int64
	_, err = pgx.ForEachRow(rows, []any{&partition, &at}, func() error {
		next[partition] = at
		return nil
	})
	return next, err
}

// apply adds the records of a partition to the balances and moves the position behind them, in one transaction.
func apply(ctx context.Context, db *pgx.Conn, next map[int32]int64, p kgo.FetchTopicPartition) error {
	behind := p.Records[len(p.Records)-1].Offset + 1
	err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		if err := move(ctx, tx, p.Partition, next, behind); err != nil {
			return err
		}
		for _, record := range p.Records {
			if err := add(ctx, tx, record); err != nil {
				return fmt.Errorf("record %d of partition %d: %w", record.Offset, p.Partition, err)
			}
		}
		return nil
	})
	if err == nil {
		next[p.Partition] = behind
	}
	return err
}

// move moves the position, if nobody else has.
func move(ctx context.Context, tx pgx.Tx, partition int32, next map[int32]int64, behind int64) error {
	statement, args := "INSERT INTO positions (partition, next) VALUES ($1, $2) ON CONFLICT DO NOTHING", []any{partition, behind}
	if from, known := next[partition]; known {
		statement, args = "UPDATE positions SET next = $2 WHERE partition = $1 AND next = $3", append(args, from)
	}
	tag, err := tx.Exec(ctx, statement, args...)
	if err == nil && tag.RowsAffected() == 0 {
		return errMoved
	}
	return err
}

// add adds an entry to the balance of its currency, once.
func add(ctx context.Context, tx pgx.Tx, record *kgo.Record) error {
	if headerOf(record, "ce_type") != "billing.ledger.v1" {
		return nil // more types may come
	}
	var e entry
	if err := json.Unmarshal(record.Value, &e); err != nil {
		return err
	}
	const once = "INSERT INTO entries (id, user_id, currency, amount) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING"
	tag, err := tx.Exec(ctx, once, e.ID, e.UserID, e.Currency, e.Amount)
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	const sum = "INSERT INTO balances (currency, amount) VALUES ($1, $2) ON CONFLICT (currency) DO UPDATE SET amount = balances.amount + excluded.amount"
	_, err = tx.Exec(ctx, sum, e.Currency, e.Amount)
	return err
}

func headerOf(record *kgo.Record, name string) string {
	for _, h := range record.Headers {
		if h.Key == name {
			return string(h.Value)
		}
	}
	return ""
}
