package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/segmentio/kafka-go"
)

// versionsIn reads ids and versions from a service's database.
func versionsIn(ctx context.Context, database, query string) (map[int64]int64, error) {
	found := map[int64]int64{}
	var id, version int64
	err := eachRow(ctx, muster.Databases[database], query, []any{&id, &version}, func() { found[id] = version })
	return found, err
}

// eachRow reads rows of a database.
func eachRow(ctx context.Context, database, query string, into []any, see func()) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	db, err := pgx.Connect(ctx, database)
	if err != nil {
		return err
	}
	defer db.Close(ctx)
	rows, err := db.Query(ctx, query)
	if err != nil {
		return err
	}
	_, err = pgx.ForEachRow(rows, into, func() error { see(); return nil })
	return err
}

// versionOf returns the version of a record's aggregate.
func versionOf(m kafka.Message) (int64, error) {
	for _, h := range m.Headers {
		if h.Key == "ce_aggregateversion" {
			return strconv.ParseInt(string(h.Value), 10, 64)
		}
	}
	return 0, fmt.Errorf("record %d of %s has no version", m.Offset, m.Topic)
}

// eachOf reads a topic to its present end.
func eachOf(ctx context.Context, topic string, see func(kafka.Message) error) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var problems []error
	for partition := range 6 {
		err := eachRecord(ctx, muster.Kafka, topic, partition, func(m kafka.Message) {
			problems = append(problems, see(m))
		})
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}
