package pg_test

import (
	"context"
	"net/url"
	"testing"
	"testing/fstest"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
)

// A service whose role owns nothing waits until the job of the owner has migrated, and also takes a database that a newer
// release has migrated.
func TestAServiceWaitsForTheMigration(t *testing.T) {
	_, owner := pgtest.New(t)
	asRole(t, owner) // which makes the role
	parsed, err := url.Parse(owner)
	if err != nil {
		t.Fatal(err)
	}
	parsed.User = url.UserPassword("pg grant's test", "secret")
	next := pg.Migrations{Name: "kept", FS: fstest.MapFS{
		"0001_kept.sql": kept.FS.(fstest.MapFS)["0001_kept.sql"], "0002_next.sql": {Data: []byte("-- +goose Up\nCREATE TABLE next (n int);\n")},
	}}
	soon, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if db, err := pg.StartMigrated(soon, parsed.String(), next); err == nil {
		t.Fatal("started on a database that is not migrated", pg.Close(db))
	}
	// The migration is complete, and the rights are not granted yet.
	if err := pg.Migrate(t.Context(), owner, next); err != nil {
		t.Fatal(err)
	}
	soon, cancel = context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if db, err := pg.StartMigrated(soon, parsed.String(), next); err == nil {
		t.Fatal("started without rights", pg.Close(db))
	}
	started := make(chan error, 1)
	go func() {
		db, err := pg.StartMigrated(t.Context(), parsed.String(), next)
		if err == nil {
			err = useAndClose(db)
		}
		started <- err
	}()
	job, err := pg.Start(t.Context(), parsed.String(), owner, next)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pg.Close(job) })
	if err := <-started; err != nil {
		t.Error(err)
	}
	old, err := pg.StartMigrated(t.Context(), parsed.String(), kept)
	if err != nil {
		t.Fatal("the previous release does not start: ", err)
	}
	t.Cleanup(func() { _ = pg.Close(old) })
}

func useAndClose(db *gorm.DB) error {
	if err := db.Exec("INSERT INTO next (n) VALUES (1)").Error; err != nil {
		return err
	}
	return pg.Close(db)
}
