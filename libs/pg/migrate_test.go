package pg_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/fstest"

	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
)

func TestMigrateFromManyReplicasAtOnce(t *testing.T) {
	db, url := pgtest.New(t)
	more := pg.Migrations{Name: "more", FS: fstest.MapFS{
		"0001_count.sql": {Data: []byte("-- +goose Up\nCREATE TABLE runs (n int);\nINSERT INTO runs (n) VALUES (1);\n")},
		"0002_again.sql": {Data: []byte("-- +goose Up\nINSERT INTO runs (n) VALUES (2);\n")},
	}}
	var replicas sync.WaitGroup
	failures := make(chan error, 8)
	for range cap(failures) {
		replicas.Go(func() { failures <- pg.Migrate(context.Background(), url, notes, more) })
	}
	replicas.Wait()
	close(failures)
	var err error
	for failure := range failures {
		err = errors.Join(err, failure)
	}
	if err != nil {
		t.Fatal(err)
	}
	var runs int
	if err := db.Raw("SELECT count(*) FROM runs").Scan(&runs).Error; err != nil || runs != 2 {
		t.Errorf("%d migrations ran (%v), want each of 2 once", runs, err)
	}
	if err := db.Exec("SELECT goose_notes.version_id, goose_more.version_id FROM goose_notes, goose_more").Error; err != nil {
		t.Errorf("the sets do not keep lists of their own: %v", err)
	}
}

func TestAFailedMigrationLeavesNothing(t *testing.T) {
	db, url := pgtest.New(t)
	broken := pg.Migrations{Name: "broken", FS: fstest.MapFS{
		"0001_broken.sql": {Data: []byte("-- +goose Up\nCREATE TABLE half (n int);\nCREATE TABLE half (n int);\n")},
	}}
	if err := pg.Migrate(context.Background(), url, broken); err == nil {
		t.Fatal("a broken migration succeeded")
	}
	var exists bool
	if err := db.Raw("SELECT to_regclass('half') IS NOT NULL").Scan(&exists).Error; err != nil || exists {
		t.Errorf("half a migration stands (%v)", err)
	}
}
