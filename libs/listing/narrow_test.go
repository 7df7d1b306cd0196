package listing_test

import (
	"context"
	"net/url"
	"slices"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/libs/listing"
	"muster/libs/pg"
)

// Pages of a filter on a field apart read few rows of the table, whether one row matches or all do, and have the rows
// and the total of the same list without a table apart.
func TestAFilterApartReadsFewRows(t *testing.T) {
	const rows = 50_000
	db, totals := newCounted(t)
	// One row was seen long after all others. Between it and the others, PostgreSQL expects a hundredth of the rows.
	execute(t, db, "ALTER TABLE things DISABLE TRIGGER USER")
	execute(t, db, `INSERT INTO things (id, name, code, active, made, extra, seen) SELECT i, md5(i::text), (ARRAY['AAAA','bbbb'])[1 + i % 2], true,
		timestamptz '2020-01-01' + hashint4(-i) % 100000 * interval '1 minute', jsonb_build_object('wide', repeat(md5(i::text), 10)),
		CASE WHEN i <> 4711 THEN timestamptz '2021-01-01' + hashint4(i) % 100000 * interval '1 second' ELSE timestamptz '2029-01-01' END
		FROM generate_series(1, ?) i`, rows)
	execute(t, db, "ALTER TABLE things ENABLE TRIGGER USER")
	execute(t, db, "SELECT things_rollup_rebuild()")
	execute(t, db, `CREATE INDEX things_by_name ON things (lower(name COLLATE "und-x-icu"), id)`)
	execute(t, db, `CREATE INDEX things_by_made ON things (made, id)`)
	execute(t, db, "ANALYZE")
	for _, matching := range []int{1, rows / 1000, rows / 100, rows / 2, rows} {
		since := scan[time.Time](t, db, "SELECT seen FROM things ORDER BY seen DESC LIMIT 1 OFFSET ?", matching-1)
		for _, more := range []string{``, `,"code":"AAAA"`} {
			filter := `{"seen":["` + since.UTC().Format(time.RFC3339) + `",null]` + more + `}`
			want := counted(t, t.Context(), db, filter)
			for range 2 { // counted, then kept
				if got := total(t, t.Context(), totals, db, filter); got != want {
					t.Errorf("%s: the total is %d, want %d", filter, got, want)
				}
				keep(t, totals)
			}
			for _, sort := range []string{`["id","ASC"]`, `["name","ASC"]`, `["made","DESC"]`, `["seen","DESC"]`, `["code","ASC","seen","DESC"]`} {
				v := url.Values{"filter": {filter}, "sort": {sort}}
				sameRows(t, totals, db, v)
				// code has no index, so PostgreSQL must sort what matches.
				if read := rowsRead(t, totals, db, v); read > 2500 && sort != `["code","ASC","seen","DESC"]` {
					t.Errorf("%s by %s reads %d of %d rows", filter, sort, read, rows)
				}
			}
		}
	}
}

// sameRows compares the page with that of a list without a table apart.
func sameRows(t *testing.T, totals *listing.Totals, db *gorm.DB, v url.Values) {
	t.Helper()
	got, want := fetchCounted(t, t.Context(), totals, db, v), fetch(t, db, v)
	if got.Total != want.Total || !slices.Equal(ids(got.Data), ids(want.Data)) {
		t.Errorf("%v: %v of %d, want %v of %d", v, ids(got.Data), got.Total, ids(want.Data), want.Total)
	}
}

// rowsRead returns how many rows of the table the list reads for a page.
func rowsRead(t *testing.T, totals *listing.Totals, db *gorm.DB, v url.Values) (n int64) {
	t.Helper()
	err := pg.Snapshot(t.Context(), db, func(ctx context.Context, tx *gorm.DB) error {
		execute(t, tx, "SET LOCAL max_parallel_workers_per_gather = 0") // the statistics lack what other processes read
		const read = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'things'"
		before := scan[int64](t, tx, read)
		fetchCounted(t, ctx, totals, db, v)
		n = scan[int64](t, tx, read) - before
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
