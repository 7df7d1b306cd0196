package listing

import (
	"context"
	"net/http"
	"slices"

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
// A query with [Query.CountedBy] takes its total from there. If the total is stored, or few rows match, one statement
// reads the page and the total. Otherwise a transaction does.
//
// If ctx carries a transaction of [pg.Tx], Fetch reads in it. Its isolation level then decides whether rows and total
// agree.
func Fetch[T any](ctx context.Context, db *gorm.DB, q Query, columns, from string) (Page[T], error) {
	total, stored := q.storedTotal()
	if !stored && !q.narrows() || pg.InTx(ctx, db) {
		return fetchInTx[T](ctx, db, q, columns, from)
	}
	listed, err := q.narrowToList(func(sql string, args []any) (int64, error) {
		_, n, err := pg.ManyPlanned[struct{}, int64](ctx, db, "narrow the list", sql, args...)
		return n, err
	})
	if err != nil {
		return Page[T]{}, err
	}
	if !stored {
		if listed.narrows() {
			return fetchInTx[T](ctx, db, q, columns, from)
		}
		total = allRead // few rows match, and all of them are read
	}
	if page, found, err := fetchAtOnce[T](ctx, db, listed, total, columns, from); found || err != nil {
		return page, err
	}
	return fetchInTx[T](ctx, db, q, columns, from)
}

// fetchInTx is Fetch in a transaction.
func fetchInTx[T any](ctx context.Context, db *gorm.DB, q Query, columns, from string) (Page[T], error) {
	page := Page[T]{Data: []T{}, Offset: q.Offset()}
	err := pg.Snapshot(ctx, db, func(ctx context.Context, tx *gorm.DB) error {
		page.Data = page.Data[:0] // The transaction may be retried.
		if err := pg.PlanEachTime(tx); err != nil {
			return err
		}
		listed, err := q.narrowToList(func(sql string, args []any) (int64, error) { return count(tx, sql, args) })
		if err != nil {
			return err
		}
		sql, args := listed.page(columns, from)
		rows, err := pg.Many[T](ctx, tx, "list rows", sql, args...)
		if err != nil {
			return err
		}
		page.Data = append(page.Data, rows...)
		if n := len(page.Data); n < q.Limit() && (n > 0 || q.Offset() == 0) {
			page.Total = q.Offset() + int64(n) // A partly filled page is the last one, so it gives the total.
			return nil
		}
		page.Total, err = q.total(tx, from)
		return err
	})
	if err != nil {
		return Page[T]{}, err
	}
	return page, nil
}

// fetchAtOnce is Fetch in one statement, whose snapshot is that of the rows and the total. found is false if the total
// is not stored any more, or if the page is past the end, where no row carries the total.
func fetchAtOnce[T any](ctx context.Context, db *gorm.DB, q Query, stored storedTotal, columns, from string) (page Page[T], found bool, err error) {
	statement := q.page
	if stored.sql == allRead.sql {
		statement = q.wholePage
	}
	sql, args := statement(columns+", "+stored.sql, from, stored.args...)
	rows, total, err := pg.ManyPlanned[T, *int64](ctx, db, "list rows", sql, args...)
	switch {
	case err != nil:
		return page, false, err
	case len(rows) == 0:
		return Page[T]{Data: []T{}}, q.Offset() == 0, nil
	case total == nil:
		q.totals.forget(stored.kept)
		return page, false, nil
	}
	q.totals.used(stored.kept)
	return Page[T]{Data: rows, Total: *total, Offset: q.Offset()}, true, nil
}

// allRead is the total of a statement that reads all matching rows.
var allRead = storedTotal{sql: "count(*) OVER ()"}

// deep is the offset from which a page is read in two steps. Only tests change it.
var deep int64 = 1_000

// page returns the statement that reads the page's rows. args are those of columns.
//
// The rows of a deep page are found first by their ids alone. The rows before the page are passed over in either case, but
// in an index that has the order and the id, nothing is read from the table for them.
func (q Query) page(columns, from string, args ...any) (string, []any) {
	if q.Offset() < deep {
		return q.wholePage(columns, from, args...)
	}
	ids, idArgs := q.wholePage(q.id.Column, from)
	return "SELECT " + columns + " FROM " + from + q.Joins() + " WHERE " + q.id.Column + " = ANY (ARRAY(" + ids + ")) ORDER BY " + q.OrderBy(),
		slices.Concat(args, idArgs)
}

// wholePage is [Query.page] in one step.
func (q Query) wholePage(columns, from string, args ...any) (string, []any) {
	where, whereArgs := q.Where()
	return "SELECT " + columns + " FROM " + from + q.Joins() + " WHERE " + where + " ORDER BY " + q.OrderBy() + " LIMIT ? OFFSET ?",
		slices.Concat(args, whereArgs, []any{q.Limit(), q.Offset()})
}

// total returns the number of rows on all pages.
func (q Query) total(tx *gorm.DB, from string) (int64, error) {
	if q.totals != nil && !q.own {
		return q.totals.of(tx, q)
	}
	q, err := q.narrowToCount(tx)
	if err != nil {
		return 0, err
	}
	where, args := q.where(func(c condition) string { return c.sql })
	return count(tx, "SELECT count(*) FROM "+from+" WHERE "+where, args)
}

func count(tx *gorm.DB, sql string, args []any) (n int64, err error) {
	n, _, err = pg.First[int64](tx.Statement.Context, tx, "count rows", sql, args...)
	return n, err
}
