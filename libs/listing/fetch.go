package listing

import (
	"context"
	"encoding/json"
	"fmt"
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
	if p.Data == nil {
		p.Data = []T{}
	}
	return json.Marshal(plain(p))
}

// WriteHeaders sets the headers of the response that carries p.
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
// Where ctx carries a transaction of [pg.Tx], Fetch reads in it, and its isolation level decides whether they agree.
func Fetch[T any](ctx context.Context, db *gorm.DB, q Query, columns, from string) (Page[T], error) {
	page := Page[T]{Data: []T{}, Offset: q.Offset()}
	where, args := q.Where()
	err := pg.Snapshot(ctx, db, func(_ context.Context, tx *gorm.DB) error {
		page.Data = page.Data[:0] // A transaction may be tried again.
		rows := "SELECT " + columns + " FROM " + from + " WHERE " + where + " ORDER BY " + q.OrderBy() + " LIMIT ? OFFSET ?"
		if err := tx.Raw(rows, append(args[:len(args):len(args)], q.Limit(), q.Offset())...).Scan(&page.Data).Error; err != nil {
			return fmt.Errorf("list rows: %w", err)
		}
		if n := len(page.Data); n < q.Limit() && (n > 0 || q.Offset() == 0) {
			page.Total = q.Offset() + int64(n) // The last page tells the total.
			return nil
		}
		if err := tx.Raw("SELECT count(*) FROM "+from+" WHERE "+where, args...).Scan(&page.Total).Error; err != nil {
			return fmt.Errorf("count rows: %w", err)
		}
		return nil
	})
	if err != nil {
		return Page[T]{}, err
	}
	return page, nil
}
