package pg_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/fstest"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
)

var notes = pg.Migrations{Name: "notes", FS: fstest.MapFS{
	"0001_notes.sql": {Data: []byte(`-- +goose Up
CREATE TABLE notes (id bigint CONSTRAINT notes_pk PRIMARY KEY, body text NOT NULL, CONSTRAINT notes_body_unique UNIQUE (body));
`)},
}}

var errOops = errors.New("oops")

func insert(ctx context.Context, db *gorm.DB, id int, body string) error {
	return pg.From(ctx, db).Exec("INSERT INTO notes (id, body) VALUES (?, ?)", id, body).Error
}

func ids(t *testing.T, db *gorm.DB) []int {
	t.Helper()
	var found []int
	if err := db.Raw("SELECT id FROM notes ORDER BY id").Scan(&found).Error; err != nil {
		t.Fatal(err)
	}
	return found
}

func TestTxCommitsOrRollsBack(t *testing.T) {
	db, _ := pgtest.New(t, notes)
	ctx := context.Background()
	if err := pg.Tx(ctx, db, func(ctx context.Context, _ *gorm.DB) error { return insert(ctx, db, 1, "kept") }); err != nil {
		t.Fatal(err)
	}
	err := pg.Tx(ctx, db, func(ctx context.Context, _ *gorm.DB) error {
		return errors.Join(insert(ctx, db, 2, "undone"), errOops)
	})
	if !errors.Is(err, errOops) {
		t.Errorf("error = %v, want what the function returned", err)
	}
	if got := ids(t, db); !slices.Equal(got, []int{1}) {
		t.Errorf("ids = %v", got)
	}
}

func TestInnerTxIsASavepoint(t *testing.T) {
	db, _ := pgtest.New(t, notes)
	err := pg.Tx(context.Background(), db, func(ctx context.Context, _ *gorm.DB) error {
		if err := insert(ctx, db, 1, "outer"); err != nil {
			return err
		}
		err := pg.Tx(ctx, db, func(ctx context.Context, _ *gorm.DB) error {
			if err := insert(ctx, db, 2, "inner, kept by its sibling's failure"); err != nil {
				return err
			}
			return pg.Tx(ctx, db, func(ctx context.Context, _ *gorm.DB) error { return insert(ctx, db, 3, "outer") })
		})
		if !pg.IsUnique(err, "notes_body_unique") {
			t.Errorf("inner error = %v, want the unique violation", err)
		}
		return pg.Tx(ctx, db, func(ctx context.Context, _ *gorm.DB) error { return insert(ctx, db, 4, "second inner") })
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(t, db); !slices.Equal(got, []int{1, 4}) {
		t.Errorf("ids = %v, want what the failed inner transaction did to be gone and the rest to stand", got)
	}
}

func TestWholeFailsAsAWhole(t *testing.T) {
	db, _ := pgtest.New(t, notes)
	later := 0
	err := pg.Whole(context.Background(), db, func(ctx context.Context, _ *gorm.DB) error {
		if err := pg.Tx(ctx, db, func(ctx context.Context, _ *gorm.DB) error { return insert(ctx, db, 1, "first") }); err != nil {
			t.Error(err)
		}
		err := pg.Tx(ctx, db, func(ctx context.Context, _ *gorm.DB) error { return insert(ctx, db, 2, "first") })
		if !pg.IsUnique(err, "notes_body_unique") {
			t.Errorf("inner error = %v, want the unique violation", err)
		}
		again := pg.Tx(ctx, db, func(context.Context, *gorm.DB) error { later++; return nil })
		if !errors.Is(again, err) || later > 0 {
			t.Errorf("a further one ran %d times with %v", later, again)
		}
		return nil
	})
	if !pg.IsUnique(err, "notes_body_unique") {
		t.Errorf("error = %v, want the unique violation", err)
	}
	if got := ids(t, db); len(got) != 0 {
		t.Errorf("ids = %v", got)
	}
}

func TestWholeCommits(t *testing.T) {
	db, _ := pgtest.New(t, notes)
	committed := false
	err := pg.Whole(context.Background(), db, func(ctx context.Context, _ *gorm.DB) error {
		return pg.Tx(ctx, db, func(ctx context.Context, _ *gorm.DB) error {
			pg.AfterCommit(ctx, func() { committed = true })
			return insert(ctx, db, 1, "first")
		})
	})
	if got := ids(t, db); err != nil || !committed || !slices.Equal(got, []int{1}) {
		t.Errorf("%v, committed %t, ids %v", err, committed, got)
	}
}

func TestAPanicInAWholeRollsBack(t *testing.T) {
	db, _ := pgtest.New(t, notes)
	err := pg.Whole(context.Background(), db, func(ctx context.Context, _ *gorm.DB) error {
		defer func() { _ = recover() }()
		return pg.Tx(ctx, db, func(ctx context.Context, _ *gorm.DB) error {
			if err := insert(ctx, db, 1, "first"); err != nil {
				return err
			}
			panic("oops")
		})
	})
	if got := ids(t, db); err == nil || len(got) != 0 {
		t.Errorf("%v, ids %v", err, got)
	}
}

// TestWholeInsideATxIsATx: the outer transaction stays usable.
func TestWholeInsideATxIsATx(t *testing.T) {
	db, _ := pgtest.New(t, notes)
	err := pg.Tx(context.Background(), db, func(ctx context.Context, _ *gorm.DB) error {
		_ = pg.Whole(ctx, db, func(ctx context.Context, _ *gorm.DB) error {
			return errors.Join(insert(ctx, db, 1, "undone"), errOops)
		})
		return insert(ctx, db, 2, "kept")
	})
	if got := ids(t, db); err != nil || !slices.Equal(got, []int{2}) {
		t.Errorf("%v, ids %v", err, got)
	}
}

func TestInnerTxEndsWithTheOuterOne(t *testing.T) {
	db, _ := pgtest.New(t, notes)
	err := pg.Tx(context.Background(), db, func(ctx context.Context, _ *gorm.DB) error {
		inner := pg.Tx(ctx, db, func(ctx context.Context, _ *gorm.DB) error { return insert(ctx, db, 1, "inner") })
		return errors.Join(inner, errOops)
	})
	if !errors.Is(err, errOops) {
		t.Fatal(err)
	}
	if got := ids(t, db); len(got) != 0 {
		t.Errorf("ids = %v: the inner transaction committed by itself", got)
	}
}

func TestPanicRollsBack(t *testing.T) {
	db, _ := pgtest.New(t, notes)
	err := pg.Tx(context.Background(), db, func(ctx context.Context, _ *gorm.DB) error {
		func() {
			defer func() { recover() }()
			pg.Tx(ctx, db, func(ctx context.Context, _ *gorm.DB) error {
				if err := insert(ctx, db, 1, "panics"); err != nil {
					return err
				}
				panic("inner")
			})
		}()
		return insert(ctx, db, 2, "goes on")
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(t, db); !slices.Equal(got, []int{2}) {
		t.Errorf("ids = %v", got)
	}
}

func TestAfterCommit(t *testing.T) {
	db, _ := pgtest.New(t, notes)
	var calls []string
	call := func(name string) func() {
		return func() {
			if name != "no transaction" && len(ids(t, db)) == 0 {
				t.Errorf("%s ran before the commit", name)
			}
			calls = append(calls, name)
		}
	}
	pg.AfterCommit(context.Background(), call("no transaction"))
	err := pg.Tx(context.Background(), db, func(ctx context.Context, _ *gorm.DB) error {
		pg.AfterCommit(ctx, call("outer"))
		pg.Tx(ctx, db, func(ctx context.Context, _ *gorm.DB) error {
			pg.AfterCommit(ctx, call("rolled back to the savepoint"))
			return errOops
		})
		pg.Tx(ctx, db, func(ctx context.Context, _ *gorm.DB) error {
			pg.AfterCommit(ctx, call("inner"))
			return nil
		})
		return insert(ctx, db, 1, "x")
	})
	if err != nil {
		t.Fatal(err)
	}
	pg.Tx(context.Background(), db, func(ctx context.Context, _ *gorm.DB) error {
		pg.AfterCommit(ctx, call("rolled back"))
		return errOops
	})
	if want := []string{"no transaction", "outer", "inner"}; !slices.Equal(calls, want) {
		t.Errorf("calls = %q, want %q", calls, want)
	}
}

func TestTransactionsOfAnotherDatabaseAreNotJoined(t *testing.T) {
	one, _ := pgtest.New(t, notes)
	two, _ := pgtest.New(t, notes)
	pg.Tx(context.Background(), one, func(ctx context.Context, _ *gorm.DB) error {
		err := pg.Tx(ctx, two, func(ctx context.Context, _ *gorm.DB) error { return insert(ctx, two, 1, "two") })
		return errors.Join(err, insert(ctx, one, 2, "one"), errOops)
	})
	if got := ids(t, two); !slices.Equal(got, []int{1}) {
		t.Errorf("second database: ids = %v, want its own transaction committed", got)
	}
	if got := ids(t, one); len(got) != 0 {
		t.Errorf("first database: ids = %v, want a rollback", got)
	}
}

func TestDeadlocksAreRetriedAtTheOutermostLevel(t *testing.T) {
	db, _ := pgtest.New(t, notes)
	ctx := context.Background()
	if err := errors.Join(insert(ctx, db, 1, "a"), insert(ctx, db, 2, "b")); err != nil {
		t.Fatal(err)
	}
	var bothHoldOne sync.WaitGroup
	bothHoldOne.Add(2)
	var mu sync.Mutex
	runs := 0
	lockBoth := func(first, second int) error {
		var once sync.Once
		return pg.Tx(ctx, db, func(ctx context.Context, _ *gorm.DB) error {
			mu.Lock()
			runs++
			mu.Unlock()
			touch := func(ctx context.Context, id int) error {
				return pg.Tx(ctx, db, func(_ context.Context, tx *gorm.DB) error {
					return tx.Exec("UPDATE notes SET body = body || '.' WHERE id = ?", id).Error
				})
			}
			if err := touch(ctx, first); err != nil {
				return err
			}
			once.Do(func() { bothHoldOne.Done(); bothHoldOne.Wait() })
			return touch(ctx, second)
		})
	}
	results := make(chan error, 2)
	go func() { results <- lockBoth(1, 2) }()
	go func() { results <- lockBoth(2, 1) }()
	if err := errors.Join(<-results, <-results); err != nil {
		t.Fatal(err)
	}
	var bodies []string
	if err := db.Raw("SELECT body FROM notes ORDER BY id").Scan(&bodies).Error; err != nil {
		t.Fatal(err)
	}
	if want := []string{"a..", "b.."}; !slices.Equal(bodies, want) || runs < 3 {
		t.Errorf("bodies = %q after %d runs, want %q after at least 3", bodies, runs, want)
	}
}

func TestSnapshotSeesOneMoment(t *testing.T) {
	db, _ := pgtest.New(t, notes)
	ctx := context.Background()
	err := pg.Snapshot(ctx, db, func(ctx context.Context, tx *gorm.DB) error {
		count := func() (n int) { tx.Raw("SELECT count(*) FROM notes").Scan(&n); return n }
		before := count()
		if err := insert(context.Background(), db, 1, "from another session"); err != nil {
			return err
		}
		if after := count(); before != 0 || after != 0 {
			t.Errorf("counts %d and %d, want 0 and 0", before, after)
		}
		return tx.Exec("DELETE FROM notes").Error
	})
	if err == nil {
		t.Error("a snapshot could write")
	}
}

func TestTxEndsWithItsContext(t *testing.T) {
	db, _ := pgtest.New(t, notes)
	ctx, cancel := context.WithCancel(context.Background())
	err := pg.Tx(ctx, db, func(ctx context.Context, _ *gorm.DB) error {
		if err := insert(ctx, db, 1, "late"); err != nil {
			return err
		}
		cancel()
		return nil
	})
	if err == nil {
		t.Error("the commit succeeded after the context was done")
	}
	if got := ids(t, db); len(got) != 0 {
		t.Errorf("ids = %v", got)
	}
}
