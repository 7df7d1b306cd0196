package listing

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"

	"gorm.io/gorm"

	"muster/libs/pg"
)

// EachBatch is the number of rows that [Each] holds in memory.
const EachBatch = 200

// errInterrupted replaces an error after which the transaction would be retried.
var errInterrupted = errors.New("the rows were interrupted")

// Each passes all rows of q to fn, in the order of the list and in batches of at most [EachBatch], as of one moment. It
// ignores q's page. columns, from and T are those of [Fetch]. fn may keep none of the rows. Without rows fn is not
// called.
//
// The rows come from a cursor, so neither memory nor the time of a statement grows with their number. The cursor's
// transaction stays open as long as fn takes. While it is open, PostgreSQL cannot remove what was deleted since it began:
// the caller bounds the time of fn by canceling ctx. Each ends with the first error of fn.
func Each[T any](ctx context.Context, db *gorm.DB, q Query, columns, from string, fn func(rows []T) error) error {
	where, args := q.Where()
	query := "SELECT " + columns + " FROM " + from + q.Joins() + " WHERE " + where + " ORDER BY " + q.OrderBy()
	cursor := cursorName(columns)
	begun := false
	return pg.Snapshot(ctx, db, func(ctx context.Context, tx *gorm.DB) error {
		if err := tx.Exec("DECLARE "+cursor+" NO SCROLL CURSOR FOR "+query, args...).Error; err != nil {
			return pg.Wrap("open the list", err)
		}
		for {
			rows := make([]T, 0, EachBatch)
			if err := tx.Raw(fmt.Sprintf("FETCH %d FROM %s", EachBatch, cursor)).Scan(&rows).Error; err != nil {
				if begun { // The transaction must not be retried, because fn has seen rows.
					return fmt.Errorf("%w: %v", errInterrupted, err) //nolint:errorlint // hides the kind of the error on purpose
				}
				return pg.Wrap("list rows", err)
			}
			if len(rows) == 0 {
				return nil
			}
			begun = true
			if err := fn(rows); err != nil {
				return err
			}
			if len(rows) < EachBatch {
				return nil
			}
		}
	})
}

// cursorName differs for lists with different columns: a connection keeps the prepared FETCH, and with it the types of
// the columns.
func cursorName(columns string) string {
	h := fnv.New32a()
	h.Write([]byte(columns))
	return fmt.Sprintf("list_%08x", h.Sum32())
}
