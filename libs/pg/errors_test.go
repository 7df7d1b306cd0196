package pg_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"gorm.io/gorm"

	"muster/libs/errs"
	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
)

func TestFailuresAreClassified(t *testing.T) {
	for _, f := range pgtest.Failures() {
		got := pg.Classify(f.Err)
		if got.Kind != f.Kind {
			t.Errorf("%s: kind %d, want %d", f.Name, got.Kind, f.Kind)
		}
		if !errors.Is(got, f.Err) {
			t.Errorf("%s: the cause is lost", f.Name)
		}
		if wrapped := pg.Wrap("try", f.Err); pg.Classify(wrapped).Kind != f.Kind || !errors.Is(wrapped, f.Err) {
			t.Errorf("%s: %v", f.Name, wrapped)
		}
	}
	if err := pg.Wrap("try", nil); err != nil {
		t.Errorf("nothing went wrong, and that is %v", err)
	}
}

// TestFailuresOfTheServerAreClassified lets the server raise what the table has: the core, which knows errs alone, sees
// the kind.
func TestFailuresOfTheServerAreClassified(t *testing.T) {
	db, _ := pgtest.New(t)
	for code, kind := range pgtest.SQLStates {
		_, err := pg.Exec(t.Context(), db, "raise", "DO $$ BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = '"+code+"'; END $$")
		if err == nil || errs.KindOf(err) != kind {
			t.Errorf("%s: kind %d (%v), want %d", code, errs.KindOf(err), err, kind)
		}
	}
}

func TestALostConnectionIsACircumstance(t *testing.T) {
	db, url := pgtest.New(t, notes)
	other, err := pg.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer pg.Close(other)
	lost := func(what string, err error) {
		if errs.KindOf(err) != errs.KindUnavailable {
			t.Errorf("%s: %v", what, err)
		}
	}
	err = pg.Tx(t.Context(), db, func(ctx context.Context, _ *gorm.DB) error {
		if err := insert(ctx, db, 1, "x"); err != nil {
			return err
		}
		killed := other.Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()").Error
		for _, what := range []string{"first statement", "second statement"} {
			_, err := pg.Exec(ctx, db, "look", "SELECT 1")
			lost(what, err)
		}
		lost("savepoint", pg.Tx(ctx, db, func(context.Context, *gorm.DB) error { return nil }))
		return killed
	})
	lost("commit", err)
	if err := insert(t.Context(), db, 1, "y"); err != nil {
		t.Errorf("the pool did not recover: %v", err)
	}
}

func TestViolationsHaveNames(t *testing.T) {
	db, _ := pgtest.New(t, notes)
	if _, err := pg.Exec(t.Context(), db, "refer", "CREATE TABLE replies (note int CONSTRAINT replies_note_fkey REFERENCES notes (id))"); err != nil {
		t.Fatal(err)
	}
	_, orphan := pg.Exec(t.Context(), db, "reply", "INSERT INTO replies (note) VALUES (7)")
	twice := fmt.Errorf("insert: %w", errors.Join(insert(t.Context(), db, 1, "x"), insert(t.Context(), db, 2, "x")))
	for _, c := range []struct {
		name string
		got  bool
		want bool
	}{
		{"foreign key", pg.IsForeignKey(orphan, "replies_note_fkey"), true},
		{"another foreign key", pg.IsForeignKey(orphan, "other"), false},
		{"unique", pg.IsUnique(twice, "notes_body_unique"), true},
		{"another unique", pg.IsUnique(twice, "other"), false},
		{"no violation of another sort", pg.IsUnique(orphan, "replies_note_fkey") || pg.IsForeignKey(twice, "notes_body_unique"), false},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v", c.name, c.got)
		}
	}
}
