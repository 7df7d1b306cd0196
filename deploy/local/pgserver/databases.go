package pgserver

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// codes of PostgreSQL's errors, from its appendix A.
const (
	duplicateDatabase = "42P04"
	uniqueViolation   = "23505" // two concurrent CREATE DATABASE
	invalidPassword   = "28P01"
)

// connectTimeout is the time limit for connecting to a server.
const connectTimeout = 10 * time.Second

// EnsureDatabases creates the missing databases on the server at serverURL, and returns the URL of each by name:
// serverURL with the database's name. The server need not be one of this package's.
func EnsureDatabases(ctx context.Context, serverURL string, names ...string) (map[string]string, error) {
	server, err := url.Parse(serverURL)
	if err != nil || (server.Scheme != "postgres" && server.Scheme != "postgresql") {
		return nil, errors.New("the PostgreSQL URL is not of the form postgres://user:password@host:port/database")
	}
	connecting, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	conn, err := pgx.Connect(connecting, serverURL)
	if err != nil {
		return nil, fmt.Errorf("the PostgreSQL server at %s does not let Muster in (%w): start it, or correct MUSTER_POSTGRES_URL", server.Host, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := able(ctx, conn, requiredExtension, requiredCollation); err != nil {
		return nil, fmt.Errorf("the PostgreSQL server at %s %w", server.Host, err)
	}
	urls := make(map[string]string, len(names))
	for _, name := range names {
		if err := ensureDatabase(ctx, conn, name); err != nil {
			return nil, err
		}
		database := *server
		database.Path = "/" + name
		urls[name] = database.String()
	}
	return urls, nil
}

// Requirements of Muster's lists: trigram indexes, and text sorted by the Unicode root collation.
const (
	requiredExtension = "pg_trgm"
	requiredCollation = "und-x-icu"
)

// able checks that the server has the features that some packagers omit. Its error continues a sentence about the
// server.
func able(ctx context.Context, conn *pgx.Conn, extension, collation string) error {
	var hasExtension, hasCollation bool
	err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = $1),
		EXISTS (SELECT 1 FROM pg_collation WHERE collname = $2)`, extension, collation).Scan(&hasExtension, &hasCollation)
	switch {
	case err != nil:
		return fmt.Errorf("does not answer: %w", err)
	case !hasExtension:
		return fmt.Errorf("lacks the extension %s: install PostgreSQL's contrib package (postgresql-contrib), or set MUSTER_PG_BIN to a PostgreSQL that has it", extension)
	case !hasCollation:
		return fmt.Errorf("lacks the collation %s: use a PostgreSQL that was built with ICU, by MUSTER_PG_BIN or MUSTER_POSTGRES_URL", collation)
	}
	return nil
}

func ensureDatabase(ctx context.Context, conn *pgx.Conn, name string) error {
	var found bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&found); err != nil {
		return fmt.Errorf("look for database %s: %w", name, err)
	}
	if found {
		return nil
	}
	_, err := conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	if failure, ok := errors.AsType[*pgconn.PgError](err); ok && (failure.Code == duplicateDatabase || failure.Code == uniqueViolation) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make database %s: %w; make it yourself, or give MUSTER_POSTGRES_URL a user who may", name, err)
	}
	return nil
}
