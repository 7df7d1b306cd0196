package listing_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"
	"pgregory.net/rapid"

	"muster/libs/listing"
	listingschema "muster/libs/listing/schema"
	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
)

// countedThings is things with all that makes it count and search fast.
var countedThings = listing.New(
	listing.Field{Name: "id", Column: "t.id", Kind: listing.Integer, ID: true, Sortable: true, Filterable: true},
	listing.Field{Name: "name", Column: "t.name", Kind: listing.Text, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "nick", Column: "t.nick", Kind: listing.Text, Nullable: true, Sortable: true, Filterable: true, Searched: true, Rollup: listing.ByNull},
	listing.Field{Name: "code", Column: "t.code", Kind: listing.Code, Values: codes, Sortable: true, Filterable: true, Rollup: listing.ByValue},
	listing.Field{Name: "codeName", Column: "t.code", Kind: listing.Text, Names: codeNames, Sortable: true, Filterable: true, Searched: true, Rollup: listing.ByValue},
	listing.Field{Name: "status", Column: "t.status", Kind: listing.Code, Nullable: true, Sortable: true, Filterable: true, Rollup: listing.ByValue},
	listing.Field{Name: "active", Column: "t.active", Kind: listing.Bool, Sortable: true, Filterable: true, Rollup: listing.ByValue},
	listing.Field{Name: "amount", Column: "t.amount", Kind: listing.Integer, Nullable: true, Sortable: true, Filterable: true, Rollup: listing.ByNull},
	listing.Field{Name: "rate", Column: "t.rate", Kind: listing.Decimal, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "made", Column: "t.made", Kind: listing.Date, Sortable: true, Filterable: true},
	listing.Field{Name: "seen", Column: "t.seen", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true, Rollup: listing.ByNull, Apart: "things_seen"},
	listing.Field{Name: "extra", Column: "t.extra", Kind: listing.JSON, Nullable: true, Filterable: true},
).SearchIn("t.search_text")

var countedTable = listing.Table{Name: "things", Alias: "t"}

// newCounted makes a database of things that are counted. Every count that the rollup does not know is kept.
func newCounted(t *testing.T) (*gorm.DB, *listing.Totals) {
	db, _ := pgtest.New(t, schema)
	execute(t, db, listingschema.SQL(countedThings, countedTable))
	return db, newTotals(db)
}

func newTotals(db *gorm.DB) *listing.Totals {
	totals := listing.NewTotals(db, countedThings, countedTable)
	totals.KeepAfter = 0
	return totals
}

func keep(t *testing.T, totals *listing.Totals) {
	t.Helper()
	if err := totals.Keep(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func fetchCounted(t *testing.T, ctx context.Context, totals *listing.Totals, db *gorm.DB, v url.Values) listing.Page[thing] { //nolint:revive // as in testing, t comes first
	t.Helper()
	q, err := countedThings.Parse(v)
	if err != nil {
		t.Fatalf("%v: %v", v, err)
	}
	page, err := listing.Fetch[thing](ctx, db, q.CountedBy(totals), thingColumns, thingTables)
	if err != nil {
		t.Fatalf("%v: %v", v, err)
	}
	return page
}

// total asks for a page whose rows do not tell the total.
func total(t *testing.T, ctx context.Context, totals *listing.Totals, db *gorm.DB, filter string) int64 { //nolint:revive // as in testing, t comes first
	t.Helper()
	return fetchCounted(t, ctx, totals, db, url.Values{"filter": {filter}, "page": {"2"}, "perPage": {"1"}}).Total
}

// counted is what the list answers to a filter by counting rows.
func counted(t *testing.T, ctx context.Context, db *gorm.DB, filter string) (n int64) { //nolint:revive // as in testing, t comes first
	t.Helper()
	q, err := things.Parse(url.Values{"filter": {filter}})
	if err != nil {
		t.Fatal(err)
	}
	where, args := q.Where()
	if err := pg.From(ctx, db).Raw("SELECT count(*) FROM "+thingTables+" WHERE "+where, args...).Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

func scan[T any](t *testing.T, db *gorm.DB, sql string, args ...any) (v T) {
	t.Helper()
	if err := db.Raw(sql, args...).Scan(&v).Error; err != nil {
		t.Fatal(err)
	}
	return v
}

func execute(t *testing.T, db *gorm.DB, sql string, args ...any) {
	t.Helper()
	if err := db.Exec(sql, args...).Error; err != nil {
		t.Fatal(err)
	}
}

// writeSomething is a transaction of a few random changes, of which one in four is rolled back.
func writeSomething(db *gorm.DB, random *rand.Rand) error {
	rows, err := json.Marshal(randomThings().Example(random.Int()))
	if err != nil {
		return err
	}
	rolledBack := fmt.Errorf("rolled back")
	err = pg.Tx(context.Background(), db, func(_ context.Context, tx *gorm.DB) error {
		const from = " FROM (SELECT * FROM jsonb_populate_recordset(NULL::things, ?::jsonb) ORDER BY id LIMIT 4) r"
		for _, statement := range []string{
			"INSERT INTO things (" + thingNames + ") SELECT " + thingNames + from + " ON CONFLICT (id) DO UPDATE SET name = excluded.name, nick = excluded.nick, code = excluded.code," +
				" status = excluded.status, active = excluded.active, amount = excluded.amount, rate = excluded.rate, made = excluded.made, seen = excluded.seen",
			"DELETE FROM things WHERE id IN (SELECT id + 1" + from + ")",
		} {
			if err := tx.Exec(statement, string(rows)).Error; err != nil {
				return err
			}
		}
		if random.IntN(4) == 0 {
			return rolledBack
		}
		return nil
	})
	if err == rolledBack { //nolint:errorlint // it is the very error
		return nil
	}
	return err
}

// Whatever is written, folded and kept at the same time, by however many replicas: the total that a transaction sees is
// the number of rows that it sees.
func TestTotalsAreExactInEverySnapshot(t *testing.T) {
	db, _ := newCounted(t)
	draw := rapid.Custom(func(r *rapid.T) string { encoded, _ := filters(r); return encoded })
	pool := make([]string, 60)
	for i := range pool {
		pool[i] = draw.Example(i)
	}
	replicas := []*listing.Totals{newTotals(db), newTotals(db)}
	ctx, stop := context.WithCancel(t.Context())
	var background, readers sync.WaitGroup
	for seed := range uint64(3) {
		background.Go(func() {
			for random := rand.New(rand.NewPCG(seed, 0)); ctx.Err() == nil; {
				if err := writeSomething(db, random); err != nil {
					t.Errorf("write: %v", err)
					return
				}
			}
		})
	}
	for _, replica := range replicas {
		background.Go(func() {
			for ctx.Err() == nil {
				if err := replica.Keep(context.Background()); err != nil {
					t.Errorf("keep: %v", err)
					return
				}
			}
		})
	}
	for seed, replica := range replicas {
		readers.Go(func() {
			random := rand.New(rand.NewPCG(uint64(seed), 1))
			for range 1000 {
				filter := pool[random.IntN(len(pool))]
				err := pg.Snapshot(t.Context(), db, func(ctx context.Context, _ *gorm.DB) error {
					if got, want := total(t, ctx, replica, db, filter), counted(t, ctx, db, filter); got != want {
						t.Errorf("%s: the total is %d, there are %d", filter, got, want)
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	readers.Wait()
	stop()
	background.Wait()
	if kept := scan[int](t, db, "SELECT count(*) FROM things_kept WHERE n IS NOT NULL"); kept < 10 {
		t.Errorf("only %d counts were kept", kept)
	}
	keep(t, replicas[0])
	for query, want := range map[string]int64{
		"SELECT count(*) FROM things_delta":                        0,
		"SELECT coalesce(sum(n), 0) FROM things_rollup":            counted(t, t.Context(), db, ""),
		"SELECT count(*) FROM things_rollup WHERE n <= 0":          0,
		"SELECT count(*) FROM things_kept WHERE n IS NULL":         0,
		"SELECT count(*) FROM things_kept WHERE filter = '{}'":     0,
		"SELECT count(*) FROM things_kept WHERE coalesce(n,0) < 0": 0,
	} {
		if got := scan[int64](t, db, query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}

// A transaction that began before a fold sees what it saw.
func TestAFoldChangesNoOpenSnapshot(t *testing.T) {
	db, totals := newCounted(t)
	store(t, db, thing{ID: 1, Name: "a", Code: "AAAA"}, thing{ID: 2, Name: "b", Code: "bbbb"})
	for _, filter := range []string{`{"code":"AAAA"}`, `{"name":"a"}`} {
		total(t, t.Context(), totals, db, filter)
	}
	keep(t, totals)
	err := pg.Snapshot(t.Context(), db, func(ctx context.Context, _ *gorm.DB) error {
		total(t, ctx, totals, db, `{}`)
		store(t, db, thing{ID: 3, Name: "a", Code: "AAAA"}, thing{ID: 4, Name: "a", Code: "AAAA"}, thing{ID: 5, Name: "a", Code: "AAAA"})
		keep(t, totals)
		for _, filter := range []string{`{"code":"AAAA"}`, `{"name":"a"}`} {
			if got := total(t, ctx, totals, db, filter); got != 1 {
				t.Errorf("%s: %d in the old snapshot", filter, got)
			}
			if got := total(t, t.Context(), totals, db, filter); got != 3 {
				t.Errorf("%s: %d in a new one", filter, got)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Totals come from the rollup and the kept counts, not from the rows, which are deleted here without triggers.
func TestTotalsAreNotCounted(t *testing.T) {
	db, totals := newCounted(t)
	at := time.Now()
	store(t, db, thing{ID: 1, Name: "a", Code: "AAAA", Seen: &at}, thing{ID: 2, Name: "b", Code: "AAAA"}, thing{ID: 3, Name: "b", Code: "bbbb"})
	inRollup := []string{``, `{}`, `{"code":"AAAA"}`, `{"code":["AAAA","bbbb"],"seen":null}`, `{"seen":"!null"}`, `{"codeName":"RST"}`, `{"codeName":"third"}`, `{"active":false,"status":"null","nick":"null"}`, `{"q":""}`, `{"seen":{"from":""}}`}
	keptOnes := []string{`{"q":"b"}`, `{"q":"first"}`, `{"name":"A"}`, `{"id":[1,2]}`, `{"name":"b","seen":["2020-01-01",null]}`, `{"made":{"to":"2030-01-01"}}`}
	want := map[string]int64{}
	for _, filter := range append(inRollup, keptOnes...) {
		want[filter] = total(t, t.Context(), totals, db, filter)
	}
	keep(t, totals)
	keep(t, totals) // A round counts four.
	execute(t, db, "ALTER TABLE things DISABLE TRIGGER ALL")
	execute(t, db, "DELETE FROM things")
	for filter, n := range want {
		if got := total(t, t.Context(), totals, db, filter); got != n {
			t.Errorf("%s: %d, want %d", filter, got, n)
		}
	}
	if kept := scan[int](t, db, "SELECT count(*) FROM things_kept"); kept != len(keptOnes) {
		t.Errorf("%d counts are kept, want %d", kept, len(keptOnes))
	}
	// A condition of the program's own is not in the filter, so what is kept does not know it.
	q, err := countedThings.Parse(url.Values{"filter": {`{"q":"b"}`}, "page": {"2"}, "perPage": {"1"}})
	if err != nil {
		t.Fatal(err)
	}
	page, err := listing.Fetch[thing](t.Context(), db, q.And("t.id = ?", 2).CountedBy(totals), thingColumns, thingTables)
	if err != nil || page.Total != 0 {
		t.Errorf("narrowed: %d, %v", page.Total, err)
	}
}

// One filter is one count, however its members are put.
func TestTheOrderOfMembersMakesNoOtherCount(t *testing.T) {
	db, totals := newCounted(t)
	for _, filter := range []string{`{"q":"b","rate":1}`, `{"rate":1,"q":"b"}`, ` { "rate" : 1 , "q" : "b" } `} {
		total(t, t.Context(), totals, db, filter)
	}
	keep(t, totals)
	if kept := scan[int](t, db, "SELECT count(*) FROM things_kept"); kept != 1 {
		t.Errorf("%d counts", kept)
	}
}

func TestCountsAreNotKeptForLong(t *testing.T) {
	db, totals := newCounted(t)
	for _, filter := range []string{`{"q":"old"}`, `{"q":"used"}`, `{"q":"` + strings.Repeat("x", 999) + `"}`} {
		total(t, t.Context(), totals, db, filter)
	}
	keep(t, totals)
	filters := func() []string {
		return scan[[]string](t, db, "SELECT filter FROM things_kept ORDER BY filter LIMIT 3")
	}
	if got := filters(); len(got) != 2 {
		t.Fatalf("kept are %v", got)
	}
	execute(t, db, "UPDATE things_kept SET used_at = now() - interval '59 minutes'")
	total(t, t.Context(), totals, db, `{"q":"used"}`)
	keep(t, totals)
	execute(t, db, "UPDATE things_kept SET used_at = used_at - interval '2 minutes'")
	keep(t, totals)
	if got := filters(); len(got) != 1 || got[0] != `{"q":"used"}` {
		t.Errorf("kept are %v", got)
	}
	execute(t, db, "INSERT INTO things_kept SELECT i, i, i, now() + i * interval '1 second' FROM generate_series(1, 600) i")
	keep(t, totals)
	if got := scan[int](t, db, "SELECT min(n) FROM things_kept"); got != 101 {
		t.Errorf("from %d on they are kept", got)
	}
}

// What another version of the program kept may mean something else: it is not carried on.
func TestForeignCountsAreForgotten(t *testing.T) {
	db, totals := newCounted(t)
	total(t, t.Context(), totals, db, `{"q":"b"}`)
	keep(t, totals)
	execute(t, db, `INSERT INTO things_kept VALUES ('1', '{"gone":"b"}', 7, now()), ('2', '{"q":"b"}', 7, now()), ('3', '{"q":"c"}', NULL, now())`)
	store(t, db, thing{ID: 1, Name: "b", Code: "AAAA"})
	keep(t, totals)
	if got := scan[[]int64](t, db, "SELECT n FROM things_kept"); len(got) != 1 || got[0] != 1 {
		t.Errorf("kept are %v", got)
	}
}

// A filter that cannot be counted does not block others. The next reader that uses it asks for the count again.
func TestWhatCannotBeCountedIsDropped(t *testing.T) {
	db, totals := newCounted(t)
	total(t, t.Context(), totals, db, `{"rate":1}`)
	execute(t, db, "ALTER TABLE things RENAME COLUMN rate TO other")
	if err := totals.Keep(t.Context()); err == nil {
		t.Error("no error")
	}
	execute(t, db, "ALTER TABLE things RENAME COLUMN other TO rate")
	if kept := scan[int](t, db, "SELECT count(*) FROM things_kept"); kept != 0 {
		t.Errorf("%d counts are still to be kept", kept)
	}
	total(t, t.Context(), totals, db, `{"rate":1}`)
	keep(t, totals)
	if kept := scan[int](t, db, "SELECT count(*) FROM things_kept WHERE n IS NOT NULL"); kept != 1 {
		t.Errorf("%d counts are kept", kept)
	}
}
