package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

const (
	// startWait is how long Open and Migrate wait for a server that is still starting.
	startWait = 30 * time.Second

	// defaultPoolSize lets four services with a few replicas each fit into PostgreSQL's default of 100 connections. The
	// URL parameter pool_max_conns overrides it.
	defaultPoolSize = 16
	connMaxIdle     = 5 * time.Minute
	connMaxLifetime = 30 * time.Minute
)

// sessionDefaults are the session settings that the URL does not override.
var sessionDefaults = map[string]string{
	"timezone":                            "UTC",
	"application_name":                    "muster",
	"statement_timeout":                   "30s",
	"lock_timeout":                        "4s", // a 503 is better for the caller than a longer wait
	"idle_in_transaction_session_timeout": "30s",
	"jit":                                 "off", // compiling takes longer than most statements here
}

// Open connects to the database at url and returns a pool behind gorm. It waits up to 30 s for a server that is
// starting; a wrong password or a missing database fails at once. Close the pool with [Close].
func Open(ctx context.Context, url string) (*gorm.DB, error) {
	pool, err := openPool(ctx, url, sessionDefaults)
	if err != nil {
		return nil, err
	}
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: pool}), &gorm.Config{
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		TranslateError:         false,
		Logger:                 queryLog{slow: slowQuery},
		NowFunc:                func() time.Time { return time.Now().UTC() },
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), pool.Close())
	}
	return db, nil
}

// Close closes the pool under db.
func Close(db *gorm.DB) error {
	pool, err := db.DB()
	if err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return pool.Close()
}

// Ready checks that the database answers within 2 s. Its error is of [errs.KindUnavailable].
func Ready(ctx context.Context, db *gorm.DB) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	pool, err := db.DB()
	if err == nil {
		err = pool.PingContext(ctx)
	}
	if err != nil {
		return ErrUnavailable.Because(fmt.Errorf("the database does not answer: %w", err))
	}
	return nil
}

// ConnConfig parses url for a connection outside the pool. session has settings that url does not override.
func ConnConfig(url string, session map[string]string) (*pgx.ConnConfig, error) {
	config, _, err := parse(url, session)
	return config, err
}

// parse converts url to connection settings and the size of a pool.
func parse(url string, session map[string]string) (config *pgx.ConnConfig, size int, err error) {
	config, err = pgx.ParseConfig(url)
	if err != nil {
		return nil, 0, fmt.Errorf("database url: %w", err)
	}
	size, err = poolSize(config)
	if err != nil {
		return nil, 0, err
	}
	for name, value := range session {
		if _, given := config.RuntimeParams[name]; !given {
			config.RuntimeParams[name] = value
		}
	}
	return config, size, nil
}

// openPool opens a database/sql pool with the given session settings, and waits for the server.
func openPool(ctx context.Context, url string, session map[string]string) (*sql.DB, error) {
	config, size, err := parse(url, session)
	if err != nil {
		return nil, err
	}
	config.Tracer = queryTracer{}
	pool := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(scanTimesAsUTC))
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	pool.SetConnMaxIdleTime(connMaxIdle)
	pool.SetConnMaxLifetime(connMaxLifetime)
	if err := awaitServer(ctx, pool); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return pool, nil
}

// poolSize removes pool_max_conns from the URL's parameters, because the server does not know it.
func poolSize(config *pgx.ConnConfig) (int, error) {
	const parameter = "pool_max_conns"
	text, given := config.RuntimeParams[parameter]
	if !given {
		return defaultPoolSize, nil
	}
	delete(config.RuntimeParams, parameter)
	size, err := strconv.Atoi(text)
	if err != nil || size < 1 {
		return 0, fmt.Errorf("database url: %s=%q is not a positive number", parameter, text)
	}
	return size, nil
}

// scanTimesAsUTC scans timestamptz values in UTC instead of the process's time zone.
func scanTimesAsUTC(_ context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	return nil
}

// awaitServer pings until the server answers. It returns at once on an error that waiting does not fix.
func awaitServer(ctx context.Context, pool *sql.DB) error {
	interval := backoff.NewExponentialBackOff()
	interval.InitialInterval = 50 * time.Millisecond
	interval.MaxInterval = time.Second
	ping := func() (struct{}, error) {
		err := pool.PingContext(ctx)
		if refused, ok := errors.AsType[*pgconn.PgError](err); ok && !isTransientCode(refused.Code) {
			return struct{}{}, backoff.Permanent(err)
		}
		return struct{}{}, err
	}
	waiting := func(err error, next time.Duration) {
		slog.WarnContext(ctx, "waiting for the database", "error", err, "retry_in", next)
	}
	_, err := backoff.Retry(ctx, ping, backoff.WithBackOff(interval), backoff.WithMaxElapsedTime(startWait), backoff.WithNotify(waiting))
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	return nil
}
