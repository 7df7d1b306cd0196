package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
	"gorm.io/gorm"

	"muster/libs/internal/wait"
)

// awaitPoll is the time between two looks at the migrations.
const awaitPoll = time.Second

// StartMigrated is [Start] for a service that must not migrate its database: it waits without limit until another process
// has applied all of the sets' migrations. A database with newer ones is good, too, because a rolling update has it.
func StartMigrated(ctx context.Context, url string, sets ...Migrations) (*gorm.DB, error) {
	for {
		db, err := openMigrated(ctx, url, sets)
		switch {
		case err == nil || ctx.Err() != nil:
			return db, err
		case errors.Is(err, errNotMigrated) || isTransient(err):
			slog.WarnContext(ctx, "waiting for the migration of the database", "error", err)
		default:
			return nil, err
		}
		if err := wait.Sleep(ctx, awaitPoll); err != nil {
			return nil, err
		}
	}
}

var errNotMigrated = errors.New("not migrated yet")

func openMigrated(ctx context.Context, url string, sets []Migrations) (*gorm.DB, error) {
	db, err := Open(ctx, url)
	if err != nil {
		return nil, err
	}
	pool, err := db.DB()
	for _, set := range sets {
		if err == nil {
			err = applied(ctx, pool, set)
		}
	}
	if err == nil {
		err = granted(ctx, pool)
	}
	if err != nil {
		return nil, errors.Join(err, Close(db))
	}
	return db, nil
}

// granted returns errNotMigrated until the role may read all tables: the rights are granted after the migrations (see [Start]).
func granted(ctx context.Context, pool *sql.DB) error {
	const closed = `SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')
		AND relname NOT LIKE 'goose\_%' AND NOT has_table_privilege(oid, 'SELECT')`
	var tables int
	if err := pool.QueryRowContext(ctx, closed).Scan(&tables); err != nil {
		return Wrap("look for rights", err)
	}
	if tables > 0 {
		return fmt.Errorf("%w: the rights of %d tables are not granted", errNotMigrated, tables)
	}
	return nil
}

// applied returns errNotMigrated until the newest migration of the set is applied.
func applied(ctx context.Context, pool *sql.DB, set Migrations) error {
	newest, err := newestVersion(set)
	if err != nil {
		return fmt.Errorf("migrations %s: %w", set.Name, err)
	}
	var version int64
	err = pool.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM "+pgx.Identifier{"goose_" + set.Name}.Sanitize()+" WHERE is_applied").Scan(&version)
	refused, isPg := errors.AsType[*pgconn.PgError](err)
	if isPg && (refused.Code == codeUndefinedTable || refused.Code == codeInsufficientPrivilege) {
		return fmt.Errorf("%w: %s: %w", errNotMigrated, set.Name, err)
	}
	if err != nil {
		return fmt.Errorf("migrations %s: %w", set.Name, err)
	}
	if version < newest {
		return fmt.Errorf("%w: %s is at %d of %d", errNotMigrated, set.Name, version, newest)
	}
	return nil
}

// The states of a database that is not migrated at all, or whose rights are not granted yet.
const (
	codeUndefinedTable        = "42P01"
	codeInsufficientPrivilege = "42501"
)

func newestVersion(set Migrations) (int64, error) {
	files, err := fs.Glob(set.FS, "*.sql")
	if err != nil {
		return 0, err
	}
	var newest int64
	for _, file := range files {
		version, err := goose.NumericComponent(file)
		if err != nil {
			return 0, err
		}
		newest = max(newest, version)
	}
	return newest, nil
}
