package listing_test

import (
	"context"
	"net/url"
	"testing"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// statements counts the statements of a handle.
type statements struct {
	logger.Interface
	n int
}

func (s *statements) Trace(context.Context, time.Time, func() (string, int64), error) { s.n++ }

// A page takes one statement if its total is stored, and one more to see that few rows of a table apart match. A total
// that is not kept any more is counted.
func TestStatementsOfAPage(t *testing.T) {
	db, totals := newCounted(t)
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	store(t, db, thing{ID: 1, Name: "a", Code: "AAAA", Seen: &at}, thing{ID: 2, Name: "ab", Code: "AAAA", Seen: &at}, thing{ID: 3, Name: "b", Code: "bbbb"})
	page := func(v url.Values) (found []int64, total int64, n int) {
		counter := &statements{Interface: db.Logger}
		p := fetchCounted(t, t.Context(), totals, db.Session(&gorm.Session{Logger: counter}), v)
		return ids(p.Data), p.Total, counter.n
	}
	for _, c := range []struct {
		filter, perPage, number string
		rows, statements        int
		total                   int64
	}{
		{`{"code":"AAAA"}`, "1", "1", 1, 1, 2},
		{`{"code":"AAAA","seen":"!null"}`, "10", "1", 2, 1, 2},
		{`{"code":"bbbb","active":true}`, "1", "1", 0, 1, 0},
		{`{"code":"AAAA"}`, "1", "3", 0, 4, 2}, // no row carries the total
		{`{"seen":["2026-01-01",null]}`, "1", "2", 1, 2, 2},
		{`{"seen":["2027-01-01",null]}`, "1", "1", 0, 2, 0},
	} {
		found, total, n := page(url.Values{"filter": {c.filter}, "perPage": {c.perPage}, "page": {c.number}})
		if len(found) != c.rows || total != c.total || n != c.statements {
			t.Errorf("%s: %v of %d in %d statements, want %d of %d in %d", c.filter, found, total, n, c.rows, c.total, c.statements)
		}
	}
	named := url.Values{"filter": {`{"name":"a"}`}, "perPage": {"1"}}
	check := func(what string, want int64, most int) {
		t.Helper()
		if _, total, n := page(named); total != want || n > most {
			t.Errorf("%s: %d in %d statements, want %d in at most %d", what, total, n, want, most)
		}
	}
	check("counted", 2, 5)
	keep(t, totals)
	check("kept, and not known yet", 2, 3)
	check("known", 2, 1)
	store(t, db, thing{ID: 1, Name: "a", Code: "AAAA"})
	check("known, with the delta log", 1, 1)
	keep(t, totals)
	execute(t, db, "DELETE FROM things_kept")
	check("not kept any more", 1, 6)
	check("and not known any more", 1, 5)
}
