package listing_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/libs/testkit/eventually"
)

// Who folds is alone with it; the others neither wait nor fail.
func TestOneReplicaKeepsAtATime(t *testing.T) {
	db, totals := newCounted(t)
	store(t, db, thing{ID: 1, Name: "b", Code: "AAAA"})
	err := pg.Tx(t.Context(), db, func(_ context.Context, tx *gorm.DB) error {
		execute(t, tx, "SELECT pg_advisory_xact_lock('things_rollup'::regclass::bigint)")
		keep(t, totals)
		if logged := scan[int](t, tx, "SELECT count(*) FROM things_delta"); logged != 1 {
			t.Errorf("%d rows are left", logged)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	keep(t, totals)
	if logged := scan[int](t, db, "SELECT count(*) FROM things_delta"); logged != 0 {
		t.Errorf("%d rows are left", logged)
	}
}

// A burst is folded in batches, and the log is cleared of it.
func TestABurstIsFolded(t *testing.T) {
	db, totals := newCounted(t)
	execute(t, db, "INSERT INTO things (id, name, code, active, made) SELECT i, 'n' || i % 10, 'AAAA', true, now() FROM generate_series(1, 25000) i")
	total(t, t.Context(), totals, db, `{"id":{"from":24001}}`)
	keep(t, totals)
	execute(t, db, "DELETE FROM things WHERE id > 24500")
	keep(t, totals)
	for filter, want := range map[string]int64{`{"id":{"from":24001}}`: 500, `{"name":"n1"}`: 2450, ``: 24500} {
		if got := total(t, t.Context(), totals, db, filter); got != want {
			t.Errorf("%s: %d, want %d", filter, got, want)
		}
	}
	if size := scan[int](t, db, "SELECT pg_relation_size('things_delta')"); size > 1<<20 {
		t.Errorf("the log takes %d bytes", size)
	}
}

func TestRunKeepsUntilItIsStopped(t *testing.T) {
	db, totals := newCounted(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- totals.Run(ctx, slog.New(slog.DiscardHandler)) }()
	store(t, db, thing{ID: 1, Name: "b", Code: "AAAA"})
	total(t, t.Context(), totals, db, `{"q":"b"}`)
	eventually.Holds(t, 20*time.Second, "the count is kept and the log folded", func() bool {
		return scan[bool](t, db, "SELECT EXISTS (SELECT FROM things_kept WHERE n = 1) AND NOT EXISTS (SELECT FROM things_delta)")
	})
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// The searched column finds what the fields would find: a text in one field is not in its neighbour, and what separates
// them is looked for in the fields.
func TestFieldsAreApartInTheSearchedText(t *testing.T) {
	db, totals := newCounted(t)
	nick := "cd"
	store(t, db, thing{ID: 1, Name: "ab", Nick: &nick, Code: "AAAA"}, thing{ID: 2, Name: "cd", Code: "AAAA"}, thing{ID: 3, Name: "tab\tcd", Code: "AAAA"})
	for filter, want := range map[string]string{
		`{"name":"ab"}`: "[1 3]", `{"nick":"ab"}`: "[]", `{"name":"cd"}`: "[2 3]", `{"nick":"CD"}`: "[1]", `{"q":"CD"}`: "[1 2 3]", `{"q":"bc"}`: "[]",
		`{"q":"b\u0002c"}`: "[]", `{"q":"\u0001"}`: "[]", `{"name":"\u0001ab"}`: "[]", `{"name":"b\u0002cd\u0003"}`: "[]", `{"q":"b\tc"}`: "[1 3]", `{"name":"b\tc"}`: "[3]",
		`{"nick":"%"}`: "[]", `{"name":"a_"}`: "[]",
	} {
		if got := fmt.Sprint(ids(fetchCounted(t, t.Context(), totals, db, url.Values{"filter": {filter}}).Data)); got != want {
			t.Errorf("%s finds %s, want %s", filter, got, want)
		}
	}
}
