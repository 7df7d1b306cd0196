package benchdata

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

// Fill inserts users into the databases of the four services. The databases, by service, must be migrated, contain only
// administrators, and not be in use. It reports its progress to say.
func Fill(ctx context.Context, databases map[string]string, users int, say func(format string, args ...any)) error {
	firstID, err := nextID(ctx, databases["identity"])
	if err != nil {
		return err
	}
	everybody := crowd{firstID, int64(users)}
	group, ctx := errgroup.WithContext(ctx)
	for name, url := range databases {
		group.Go(func() error {
			if err := fillDatabase(ctx, name, url, everybody, say); err != nil {
				return fmt.Errorf("fill the database %s: %w", name, err)
			}
			return nil
		})
	}
	return group.Wait()
}

func nextID(ctx context.Context, url string) (id int64, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, "SELECT coalesce(max(user_id), 0) + 1 FROM accounts").Scan(&id)
	return id, err
}

// forCopying configures a session for bulk loading: no triggers, no foreign key checks, no waiting for the disk.
const forCopying = `SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '1GB'`

func fillDatabase(ctx context.Context, name, url string, everybody crowd, say func(string, ...any)) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, forCopying); err != nil {
		return err
	}
	if name == "billing" {
		if err := fillCatalog(ctx, conn); err != nil {
			return err
		}
	}
	for _, t := range tables {
		if t.database != name {
			continue
		}
		began := time.Now()
		rows, err := t.fill(ctx, conn, everybody)
		if err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		say("%s.%s: %d rows in %.1f s", name, t.name, rows, time.Since(began).Seconds())
	}
	return settle(ctx, conn)
}

// fill copies the users' rows while the table has no indexes except those of constraints, and creates the others
// afterwards, which takes a fraction of the time of maintaining them.
func (t table) fill(ctx context.Context, conn *pgx.Conn, everybody crowd) (rows int64, err error) {
	indexes, err := dropIndexes(ctx, conn, t.name)
	if err != nil {
		return 0, err
	}
	if rows, err = t.copy(ctx, conn, everybody); err != nil {
		return 0, err
	}
	for _, definition := range indexes {
		if _, err := conn.Exec(ctx, definition); err != nil {
			return 0, err
		}
	}
	return rows, advanceIDs(ctx, conn, t.name)
}

func (t table) copy(ctx context.Context, conn *pgx.Conn, everybody crowd) (int64, error) {
	columns, err := t.present(ctx, conn)
	if err != nil {
		return 0, err
	}
	var n int64
	var waiting [][]any
	return conn.CopyFrom(ctx, pgx.Identifier{t.name}, t.columns[:columns], pgx.CopyFromFunc(func() ([]any, error) {
		for len(waiting) == 0 && n < everybody.size {
			waiting = t.rows(everybody.person(n))
			n++
		}
		if len(waiting) == 0 {
			return nil, ctx.Err()
		}
		row := waiting[0][:columns]
		waiting = waiting[1:]
		return row, nil
	}))
}

// present returns how many of the columns the table has. Optional columns come last.
func (t table) present(ctx context.Context, conn *pgx.Conn) (int, error) {
	rows, err := conn.Query(ctx, `SELECT attname::text FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
		AND attgenerated = ''`, t.name)
	if err != nil {
		return 0, err
	}
	have, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return 0, err
	}
	for i := len(t.columns) - t.optional; i < len(t.columns); i++ {
		if !slices.Contains(have, t.columns[i]) {
			return i, nil
		}
	}
	return len(t.columns), nil
}
