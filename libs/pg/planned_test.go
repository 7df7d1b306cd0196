package pg_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/libs/errs"
	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
)

type numbered struct {
	ID       int64
	AWord    string
	At       *time.Time
	NoColumn bool
}

// A query is planned for its arguments however often it runs, and the connection is as before afterwards.
func TestManyPlanned(t *testing.T) {
	_, url := pgtest.New(t)
	db, err := pg.Open(t.Context(), url+"&pool_max_conns=1")
	if err != nil {
		t.Fatal(err)
	}
	defer pg.Close(db)
	const query = "SELECT n AS id, 'w' || n AS a_word, CASE WHEN n > 1 THEN timestamptz '2026-01-02 03:04:05+02' END AS at, n * ? FROM generate_series(1, ?::int) n ORDER BY n"
	for range 10 {
		rows, last, err := pg.ManyPlanned[numbered, int](t.Context(), db, "read numbers", query, 100, 3)
		if err != nil || len(rows) != 3 || last != 300 || rows[0] != (numbered{ID: 1, AWord: "w1"}) || rows[2].At == nil || rows[2].At.Location() != time.UTC {
			t.Fatalf("%+v, %d, %v", rows, last, err)
		}
	}
	var prepared struct {
		GenericPlans, CustomPlans int
		Mode                      string
	}
	err = db.Raw("SELECT generic_plans, custom_plans, current_setting('plan_cache_mode') AS mode FROM pg_prepared_statements WHERE statement LIKE '%AS a_word%'").Scan(&prepared).Error
	if err != nil || prepared.GenericPlans != 0 || prepared.CustomPlans != 10 || prepared.Mode != "auto" {
		t.Errorf("%+v, %v", prepared, err)
	}
	if rows, last, err := pg.ManyPlanned[numbered, int](t.Context(), db, "read numbers", query, 100, 0); err != nil || len(rows) != 0 || last != 0 {
		t.Errorf("no rows: %v, %d, %v", rows, last, err)
	}
}

// After a failure the connection works, and a connection that the server closed is replaced.
func TestManyPlannedFails(t *testing.T) {
	_, url := pgtest.New(t)
	db, err := pg.Open(t.Context(), url+"&pool_max_conns=1")
	if err != nil {
		t.Fatal(err)
	}
	defer pg.Close(db)
	read := func(ctx context.Context, query string) error {
		_, _, err := pg.ManyPlanned[numbered, int](ctx, db, "read numbers", query)
		return err
	}
	const one = "SELECT 1::bigint AS id, 2"
	if err := read(t.Context(), "SELECT 1 / 0 AS id, 2"); pg.Classify(err).Kind != errs.KindInternal {
		t.Errorf("division by zero: %v", err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := read(ended, one); !errors.Is(err, context.Canceled) || pg.Classify(err).Kind != errs.KindUnavailable {
		t.Errorf("cancelled: %v", err)
	}
	if err := read(t.Context(), one); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if err := read(t.Context(), "SELECT pg_terminate_backend(pg_backend_pid())::int::bigint AS id, 2"); pg.Classify(err).Kind != errs.KindUnavailable {
		t.Errorf("a connection that ends meanwhile: %v", err)
	}
	if err := read(t.Context(), one); err != nil {
		t.Errorf("on a new connection: %v", err)
	}
}

func TestInTx(t *testing.T) {
	db, _ := pgtest.New(t)
	if pg.InTx(t.Context(), db) {
		t.Error("a transaction without one")
	}
	err := pg.Tx(t.Context(), db, func(ctx context.Context, tx *gorm.DB) error {
		if !pg.InTx(ctx, db) {
			t.Error("no transaction in one")
		}
		return pg.PlanEachTime(tx)
	})
	if err != nil {
		t.Error(err)
	}
}
