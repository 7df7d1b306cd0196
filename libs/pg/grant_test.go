package pg_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
)

var kept = pg.Migrations{Name: "kept", FS: fstest.MapFS{"0001_kept.sql": {Data: []byte(`-- +goose Up
CREATE TABLE ordinary (id bigint GENERATED ALWAYS AS IDENTITY, n int);
CREATE SEQUENCE numbers;
CREATE SCHEMA apart;
CREATE TABLE apart.kept (n int);
GRANT USAGE ON SCHEMA apart TO PUBLIC;
GRANT SELECT, INSERT ON apart.kept TO PUBLIC;
`)}}}

// asRole starts on a database whose tables belong to another role, and returns the pool of a role without rights of its own.
func asRole(t *testing.T, owner string) *gorm.DB {
	t.Helper()
	db, err := pg.Open(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	const role = "pg grant's test"
	if err := db.Exec(`DO $$ BEGIN CREATE ROLE "pg grant's test" LOGIN PASSWORD 'secret'; EXCEPTION WHEN duplicate_object THEN NULL; END $$`).Error; err != nil {
		t.Fatal(err)
	}
	if err := pg.Close(db); err != nil {
		t.Fatal(err)
	}
	parsed, err := url.Parse(owner)
	if err != nil {
		t.Fatal(err)
	}
	parsed.User = url.UserPassword(role, "secret")
	for range 2 { // as at each start
		if db, err = pg.Start(context.Background(), parsed.String(), owner, kept); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = pg.Close(db) })
	}
	return db
}

func TestTheRoleOfAServiceOwnsNothing(t *testing.T) {
	_, owner := pgtest.New(t)
	db := asRole(t, owner)
	for statement, allowed := range map[string]bool{
		"INSERT INTO ordinary (n) VALUES (1)": true, "UPDATE ordinary SET n = 2": true, "SELECT * FROM ordinary": true, "DELETE FROM ordinary": true,
		"SELECT nextval('numbers')": true, "LOCK TABLE ordinary IN SHARE ROW EXCLUSIVE MODE": true,
		"INSERT INTO apart.kept (n) VALUES (1)": true, "SELECT * FROM apart.kept": true,
		"UPDATE apart.kept SET n = 2": false, "DELETE FROM apart.kept": false, "TRUNCATE apart.kept": false, "DROP TABLE apart.kept": false,
		"ALTER TABLE apart.kept ADD m int": false, "GRANT UPDATE ON apart.kept TO PUBLIC": false,
		"CREATE TABLE mine (n int)": false, "DROP TABLE ordinary": false, "TRUNCATE ordinary": false,
		"DELETE FROM goose_kept": false, "INSERT INTO goose_kept (version_id, is_applied) VALUES (7, true)": false,
	} {
		err := db.Transaction(func(tx *gorm.DB) error { return tx.Exec(statement).Error })
		switch {
		case allowed && err != nil:
			t.Errorf("%s: %v", statement, err)
		case !allowed && (err == nil || !strings.Contains(err.Error(), "permission denied") && !strings.Contains(err.Error(), "must be owner")):
			if !strings.HasPrefix(statement, "GRANT") { // which only warns
				t.Errorf("%s: %v, want a refusal", statement, err)
			}
		}
	}
	var can bool
	if err := db.Raw("SELECT has_table_privilege('apart.kept', 'UPDATE')").Scan(&can).Error; err != nil || can {
		t.Errorf("may update: %t, %v", can, err)
	}
}
