package listing

import (
	"context"
	"encoding/json"
	"net/http"

	"gorm.io/gorm"

	"muster/libs/pg"
)

// Page is what a list answers: one page of rows, and how many rows there are on all pages.
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

// Rows are the page's rows; never nil.
func (p Page[T]) Rows() []T {
	if p.Data == nil {
		return []T{}
	}
	return p.Data
}

// WriteHeaders sets the headers of the response that carries p. It leaves alone what was exposed to browsers before.
func (p Page[T]) WriteHeaders(h http.Header) { writeHeaders(h, p.Offset, len(p.Data), p.Total) }

// Map makes a page of something else, such as what the wire shows of the rows.
func Map[T, U any](p Page[T], convert func(T) U) Page[U] {
	data := make([]U, len(p.Data))
	for i, row := range p.Data {
		data[i] = convert(row)
	}
	return Page[U]{Data: data, Total: p.Total, Offset: p.Offset}
}

// Fetch reads the page that q asks for, and the total. Both see the database at one moment, so they agree. columns and
// from are SQL of the program: what stands behind SELECT, and behind FROM the tables that the fields' columns name. T
// is a struct into which gorm scans a row. Neither may hold ? or @, which gorm reads as placeholders.
//
// A query that is [Query.CountedBy] something has its total from there.
//
// Where ctx carries a transaction of [pg.Tx], Fetch reads in it, and its isolation level decides whether they agree.
func Fetch[T any](ctx context.Context, db *gorm.DB, q Query, columns, from string) (Page[T], error) {
	page := Page[T]{Data: []T{}, Offset: q.Offset()}
	where, args := q.Where()
	err := pg.Snapshot(ctx, db, func(_ context.Context, tx *gorm.DB) error {
		page.Data = page.Data[:0] // A transaction may be tried again.
		if err := planEachTime(tx); err != nil {
			return err
		}
		rows := "SELECT " + columns + " FROM " + from + q.Joins() + " WHERE " + where + " ORDER BY " + q.OrderBy() + " LIMIT ? OFFSET ?"
		if err := tx.Raw(rows, append(args[:len(args):len(args)], q.Limit(), q.Offset())...).Scan(&page.Data).Error; err != nil {
			return pg.Wrap("list rows", err)
		}
		if n := len(page.Data); n < q.Limit() && (n > 0 || q.Offset() == 0) {
			page.Total = q.Offset() + int64(n) // The last page tells the total.
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

// planEachTime makes PostgreSQL plan for the very values that are asked for: how many rows a text is found in decides
// between a walk along the sort's index and the search index. And it compiles nothing, which takes longer than most
// lists.
func planEachTime(tx *gorm.DB) error {
	err := tx.Exec("SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)").Error
	return pg.Wrap("set up the list", err)
}

// total is the number of rows on all pages.
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
