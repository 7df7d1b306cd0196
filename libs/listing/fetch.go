package listing

import (
	"context"
	"encoding/json"
	"net/http"

	"gorm.io/gorm"

	"muster/libs/pg"
)

// Page is the answer of a list: one page of rows, and the total number of rows on all pages.
type Page[T any] struct {
	Data  []T   `json:"data"`
	Total int64 `json:"total"`
	// Offset is the number of rows before this page.
	Offset int64 `json:"-"`
}

// MarshalJSON writes {"data":[…],"total":42}. An empty page is [] and never null.
func (p Page[T]) MarshalJSON() ([]byte, error) {
	type plain Page[T] // without this method
	p.Data = p.Rows()
	return json.Marshal(plain(p))
}

// Rows returns the page's rows, never nil.
func (p Page[T]) Rows() []T {
	if p.Data == nil {
		return []T{}
	}
	return p.Data
}

// WriteHeaders sets the list headers for p. It does not change an Access-Control-Expose-Headers that is set already.
func (p Page[T]) WriteHeaders(h http.Header) { writeHeaders(h, p.Offset, len(p.Data), p.Total) }

// Map converts each row, for example to its wire form.
func Map[T, U any](p Page[T], convert func(T) U) Page[U] {
	data := make([]U, len(p.Data))
	for i, row := range p.Data {
		data[i] = convert(row)
	}
	return Page[U]{Data: data, Total: p.Total, Offset: p.Offset}
}

// Fetch reads the page of q and its total in one snapshot, so the two agree. columns is the SQL after SELECT, and from
// is the SQL after FROM with the tables that the fields' columns name. Neither may contain ? or @, which gorm reads as
// placeholders. T is a struct into which gorm scans a row.
//
// A query with [Query.CountedBy] takes its total from there.
//
// If ctx carries a transaction of [pg.Tx], Fetch reads in it. Its isolation level then decides whether rows and total
// agree.
func Fetch[T any](ctx context.Context, db *gorm.DB, q Query, columns, from string) (Page[T], error) {
	page := Page[T]{Data: []T{}, Offset: q.Offset()}
	where, args := q.Where()
	err := pg.Snapshot(ctx, db, func(_ context.Context, tx *gorm.DB) error {
		page.Data = page.Data[:0] // The transaction may be retried.
		if err := planEachTime(tx); err != nil {
			return err
		}
		rows := "SELECT " + columns + " FROM " + from + q.Joins() + " WHERE " + where + " ORDER BY " + q.OrderBy() + " LIMIT ? OFFSET ?"
		if err := tx.Raw(rows, append(args[:len(args):len(args)], q.Limit(), q.Offset())...).Scan(&page.Data).Error; err != nil {
			return pg.Wrap("list rows", err)
		}
		if n := len(page.Data); n < q.Limit() && (n > 0 || q.Offset() == 0) {
			page.Total = q.Offset() + int64(n) // A partly filled page is the last one, so it gives the total.
			return nil
		}
		var err error
		page.Total, err = q.total(tx, from)
		return err
	})
	if err != nil {
		return Page[T]{}, err
	}
	return page, nil
}

// planEachTime makes PostgreSQL plan for the actual argument values: the number of rows that a text occurs in decides
// between the sort's index and the search index. It also turns JIT off, because compiling takes longer than most lists.
func planEachTime(tx *gorm.DB) error {
	err := tx.Exec("SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)").Error
	return pg.Wrap("set up the list", err)
}

// total returns the number of rows on all pages.
func (q Query) total(tx *gorm.DB, from string) (int64, error) {
	if q.totals != nil && !q.own {
		return q.totals.of(tx, q)
	}
	where, args := q.where(func(c condition) string { return c.sql })
	return count(tx, "SELECT count(*) FROM "+from+" WHERE "+where, args)
}

func count(tx *gorm.DB, sql string, args []any) (n int64, err error) {
	err = tx.Raw(sql, args...).Scan(&n).Error
	return n, pg.Wrap("count rows", err)
}
