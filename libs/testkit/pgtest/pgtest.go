// Package pgtest gives every test a PostgreSQL database of its own.
//
// The migrations of a set run once, in a template database named after their content. Each test gets a clone of it,
// which takes tens of milliseconds. Concurrent test binaries share the templates. A template is marked only when it is
// complete, so that an incomplete one, left by a killed test run, is recognised and recreated.
//
// Events that a test publishes, through an outbox or kafkatest, must fit the AsyncAPI document, or publishing them fails.
//
// MUSTER_TEST_POSTGRES is the URL of a superuser on the server. Without it the test fails.
package pgtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"muster/libs/asyncapi/asyncapitest"
	"muster/libs/contracts"
	"muster/libs/pg"
)

const (
	// NoServers is the message with which tests fail when the servers they need are not there.
	NoServers = "no test servers: run the tests with `make test`, or put `go run ./deploy/local/cmd/testenv --` before your go test"

	environment = "MUSTER_TEST_POSTGRES"
	timeout     = time.Minute
)

// Every test that appends to an outbox imports this package, so here each event is held to its schema.
func init() { contracts.Inspect = asyncapitest.Inspect }

// New creates a database with the given migrations, and a pool for it. Both are removed when the test ends.
func New(t testing.TB, migrations ...pg.Migrations) (db *gorm.DB, databaseURL string) {
	t.Helper()
	databaseURL = NewURL(t, migrations...)
	db, err := pg.Open(context.Background(), databaseURL)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() { pg.Close(db) })
	return db, databaseURL
}

// NewURL creates a database with the given migrations and opens no pool, for tests that run a whole service.
func NewURL(t testing.TB, migrations ...pg.Migrations) string {
	t.Helper()
	server := os.Getenv(environment)
	if server == "" {
		t.Fatal(NoServers)
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("pgtest: connect to the test server: %v", err)
	}
	defer conn.Close(ctx)
	template, err := ensureTemplate(ctx, conn, server, migrations)
	if err != nil {
		t.Fatalf("pgtest: make a template: %v", err)
	}
	name := "muster_test_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if err := create(ctx, conn, name, template); err != nil {
		t.Fatalf("pgtest: clone a database: %v", err)
	}
	t.Cleanup(func() { drop(t, server, name) })
	databaseURL, err := at(server, name)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return databaseURL
}

// ensureTemplate returns the name of a complete template, which it creates if necessary.
func ensureTemplate(ctx context.Context, conn *pgx.Conn, server string, migrations []pg.Migrations) (string, error) {
	name, err := templateName(migrations)
	if err != nil {
		return "", err
	}
	if done, err := isTemplate(ctx, conn, name); done || err != nil {
		return name, err
	}
	// Concurrent test binaries may need the same template: one creates it, the others wait here.
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", pg.LockKey(name)); err != nil {
		return "", err
	}
	defer conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", pg.LockKey(name))
	if done, err := isTemplate(ctx, conn, name); done || err != nil {
		return name, err
	}
	return name, makeTemplate(ctx, conn, server, name, migrations)
}

func makeTemplate(ctx context.Context, conn *pgx.Conn, server, name string, migrations []pg.Migrations) error {
	quoted := pgx.Identifier{name}.Sanitize()
	if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+quoted+" WITH (FORCE)"); err != nil {
		return err
	}
	if err := create(ctx, conn, name, "template0"); err != nil {
		return err
	}
	databaseURL, err := at(server, name)
	if err != nil {
		return err
	}
	if err := pg.Migrate(ctx, databaseURL, migrations...); err != nil {
		return err
	}
	// This comes last because it marks the template as complete. Connections are disabled, because cloning needs an
	// idle template.
	_, err = conn.Exec(ctx, "ALTER DATABASE "+quoted+" WITH IS_TEMPLATE true ALLOW_CONNECTIONS false")
	return err
}

func isTemplate(ctx context.Context, conn *pgx.Conn, name string) (bool, error) {
	var complete bool
	err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate)", name).Scan(&complete)
	return complete, err
}

func create(ctx context.Context, conn *pgx.Conn, name, template string) error {
	_, err := conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()+" TEMPLATE "+pgx.Identifier{template}.Sanitize())
	return err
}

func drop(t testing.TB, server, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Logf("pgtest: drop %s: %v", name, err)
		return
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "DROP DATABASE "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)"); err != nil {
		t.Logf("pgtest: drop %s: %v", name, err)
	}
}

// templateName is a name for exactly these files in exactly this order.
func templateName(migrations []pg.Migrations) (string, error) {
	hash := sha256.New()
	for _, m := range migrations {
		fmt.Fprintf(hash, "%q\n", m.Name)
		err := fs.WalkDir(m.FS, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := fs.ReadFile(m.FS, path)
			fmt.Fprintf(hash, "%q %d\n%s\n", path, len(content), content)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return "muster_template_" + hex.EncodeToString(hash.Sum(nil))[:24], nil
}

// at is the server's URL with another database.
func at(server, database string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("%s is not a URL: %w", environment, err)
	}
	u.Path = "/" + database
	return u.String(), nil
}
