package outbox_test

import (
	"context"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/libs/errs"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
)

// TestFailuresAreClassified lets the server refuse events with each error of the table: the core whose change they
// belong to sees the kind.
func TestFailuresAreClassified(t *testing.T) {
	db, _ := pgtest.New(t, outbox.Migrations)
	for _, statement := range []string{
		`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = right(NEW.source, 5); END $$`,
		`CREATE TRIGGER refuse BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION refuse()`,
	} {
		if _, err := pg.Exec(t.Context(), db, "refuse", statement); err != nil {
			t.Fatal(err)
		}
	}
	for code, kind := range pgtest.SQLStates {
		err := pg.Tx(t.Context(), db, func(ctx context.Context, tx *gorm.DB) error {
			return outbox.Append(ctx, tx, code, time.Now(), state("a", 1))
		})
		if err == nil || errs.KindOf(err) != kind {
			t.Errorf("%s: kind %d (%v), want %d", code, errs.KindOf(err), err, kind)
		}
	}
}
