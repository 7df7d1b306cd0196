package pg

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"

	"muster/libs/internal/wait"
)

// Migrations is a set of schema changes: goose SQL files named NNNN_what.sql in the root of FS. They are forward-only.
// Sets of several libraries can share a database. Each records its applied files in the table goose_<Name>.
type Migrations struct {
	Name string // lower_snake, unique in a database
	FS   fs.FS
}

// Embedded returns the set in the directory migrations of a package's embedded files.
func Embedded(name string, files embed.FS) Migrations {
	root, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // The directory is compiled in.
	}
	return Migrations{Name: name, FS: root}
}

// A migration must not wait long for a lock behind a long transaction, because all later statements would queue behind
// it. It gives up after migrationSession's lock_timeout and is retried.
var migrationSession = map[string]string{
	"timezone":                            "UTC",
	"application_name":                    "muster-migrate",
	"statement_timeout":                   "0",
	"lock_timeout":                        "3s",
	"idle_in_transaction_session_timeout": "60s",
}

const (
	migrationAttempts = 10
	migrationPoll     = 50 * time.Millisecond
	migrationWait     = 5 * time.Minute
)

// Migrate applies all sets to the database at url, in the given order. Replicas may call it concurrently: one migrates,
// the others wait. It waits up to 30 s for a server that is starting.
func Migrate(ctx context.Context, url string, sets ...Migrations) error {
	pool, err := openPool(ctx, url, migrationSession)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer pool.Close()
	unlock, err := lockMigrations(ctx, pool)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer unlock()
	for _, set := range sets {
		if err := migrateSet(ctx, pool, set); err != nil {
			return fmt.Errorf("migrate %s: %w", set.Name, err)
		}
	}
	return nil
}

// lockMigrations holds a session-level advisory lock on a connection of its own until unlock is called. It polls:
// a session blocked in pg_advisory_lock holds a snapshot, and CREATE INDEX CONCURRENTLY would wait for it.
func lockMigrations(ctx context.Context, pool *sql.DB) (unlock func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, migrationWait)
	defer cancel()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	for {
		var got bool
		if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", LockKey("migrate")).Scan(&got); err != nil {
			return nil, errors.Join(fmt.Errorf("lock: %w", err), conn.Close())
		}
		if got {
			return func() { conn.Close() }, nil // The pool is closed next; the lock ends with the session.
		}
		if err := wait.Sleep(ctx, migrationPoll); err != nil {
			return nil, errors.Join(fmt.Errorf("another replica holds the migration lock: %w", err), conn.Close())
		}
	}
}

func migrateSet(ctx context.Context, pool *sql.DB, set Migrations) error {
	provider, err := goose.NewProvider(goose.DialectPostgres, pool, set.FS, goose.WithTableName("goose_"+set.Name), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		done, err := provider.Up(ctx)
		for _, r := range done {
			slog.InfoContext(ctx, "migrated", "set", set.Name, "file", r.Source.Path, "took", r.Duration)
		}
		e, isPg := errors.AsType[*pgconn.PgError](err)
		if !isPg || e.Code != codeLockNotAvailable || attempt == migrationAttempts {
			return err
		}
		slog.WarnContext(ctx, "a migration cannot get a lock; retrying", "set", set.Name, "attempt", attempt, "error", err)
		if wait.Sleep(ctx, time.Duration(attempt)*100*time.Millisecond) != nil {
			return err
		}
	}
}

// LockKey returns the key of the named advisory lock. Advisory locks are per database.
func LockKey(name string) int64 {
	h := fnv.New64a()
	h.Write([]byte("muster/" + name))
	return int64(h.Sum64())
}
