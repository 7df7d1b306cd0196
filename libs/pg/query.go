package pg

import (
	"cmp"
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"gorm.io/gorm"
)

// One reads the query's row, and returns the error none if there is no row. With any error the row is T's zero, so
// callers can convert the row before they check the error. See [First].
func One[T any](ctx context.Context, db *gorm.DB, what string, none error, sql string, args ...any) (T, error) {
	row, found, err := First[T](ctx, db, what, sql, args...)
	if err == nil && !found {
		err = none
	}
	return row, err
}

// First reads the first row of the query. found is false if there is none, and the row is then T's zero.
//
// It runs on what [From] returns, without gorm's Scan, which writes each statement out with its values, for a log, before
// it knows whether it was slow. T is a struct whose fields gorm matches with the columns by name, or a scalar.
// Placeholders are ?. A slice among args expands to a list of them, but an [Array] stays one. what describes the
// attempt in errors, which are made by [Wrap].
func First[T any](ctx context.Context, db *gorm.DB, what, sql string, args ...any) (row T, found bool, err error) {
	if found, err = read(ctx, db, &row, sql, args); err != nil {
		var zero T
		return zero, false, Wrap(what, err)
	}
	return row, found, nil
}

// Many reads all rows of the query in order. See [First].
func Many[T any](ctx context.Context, db *gorm.DB, what, sql string, args ...any) ([]T, error) {
	var rows []T
	if _, err := read(ctx, db, &rows, sql, args); err != nil {
		return nil, Wrap(what, err)
	}
	return rows, nil
}

// read scans the rows of a query into dest, the address of a slice or of a single row, and reports whether there was one.
func read(ctx context.Context, db *gorm.DB, dest any, sql string, args []any) (found bool, err error) {
	handle := From(ctx, db)
	err = statement(handle, sql, args, func(conn gorm.ConnPool, text string, values []any) error {
		rows, err := conn.QueryContext(ctx, text, values...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		if found = rows.Next(); found {
			if err := handle.ScanRows(rows, dest); err != nil {
				return err
			}
		}
		return cmp.Or(rows.Err(), rows.Close())
	})
	return found, err
}

// statement has gorm number the placeholders of a statement, and logs it after run.
func statement(handle *gorm.DB, sql string, args []any, run func(conn gorm.ConnPool, text string, values []any) error) error {
	began := time.Now()
	built := handle.Raw(sql, args...) // runs nothing
	if built.Error != nil {
		return built.Error
	}
	text := built.Statement.SQL.String()
	err := run(built.Statement.ConnPool, text, built.Statement.Vars)
	handle.Logger.Trace(handle.Statement.Context, began, func() (string, int64) { return text, -1 }, err)
	return err
}

// Exec runs a statement and returns the number of affected rows. See [First].
func Exec(ctx context.Context, db *gorm.DB, what, sql string, args ...any) (touched int64, err error) {
	err = statement(From(ctx, db), sql, args, func(conn gorm.ConnPool, text string, values []any) error {
		result, err := conn.ExecContext(ctx, text, values...)
		if err == nil {
			touched, err = result.RowsAffected()
		}
		return err
	})
	return touched, Wrap(what, err)
}

// ExecOne runs a statement that must affect a row, and returns the error none if it affects none. See [First].
func ExecOne(ctx context.Context, db *gorm.DB, what string, none error, sql string, args ...any) error {
	touched, err := Exec(ctx, db, what, sql, args...)
	if err == nil && touched == 0 {
		err = none
	}
	return err
}

// Map converts rows, such as those of [Many], to values of the core. For no rows it returns an empty slice, never nil.
func Map[R, V any](rows []R, convert func(R) V) []V {
	values := make([]V, len(rows))
	for i, row := range rows {
		values[i] = convert(row)
	}
	return values
}

// Placeholders returns n placeholders separated by commas. For VALUES, pass each row as a slice.
func Placeholders(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// Array is a single argument that PostgreSQL reads as an array, so the prepared statement does not depend on the number
// of elements. The statement names its type: ANY(?::bigint[]).
type Array[T int64 | string] []T

var arrayEscape = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// Value returns PostgreSQL's array literal: {"a","b"}.
func (a Array[T]) Value() (driver.Value, error) {
	quoted := make([]string, len(a))
	for i, element := range a {
		quoted[i] = `"` + arrayEscape.Replace(fmt.Sprint(element)) + `"`
	}
	return "{" + strings.Join(quoted, ",") + "}", nil
}

// Dimensions implements [pgtype.ArrayGetter], by which pgx sends the array in binary: that takes a fraction of the time. gorm keeps
// an Array in one placeholder because it has a Value.
func (a Array[T]) Dimensions() []pgtype.ArrayDimension {
	return []pgtype.ArrayDimension{{Length: int32(len(a)), LowerBound: 1}}
}

// Index implements [pgtype.ArrayGetter].
func (a Array[T]) Index(i int) any { return a[i] }

// IndexType implements [pgtype.ArrayGetter].
func (a Array[T]) IndexType() any {
	var element T
	return element
}

// JSON is V in a json or jsonb column, as a field of a row or as an argument. NULL is read as V's zero. A nil V is
// written as the JSON null, not as NULL. A nil *JSON is written as NULL.
type JSON[T any] struct{ V T }

// JSONOf returns v as an argument.
func JSONOf[T any](v T) JSON[T] { return JSON[T]{v} }

// Value encodes V.
func (j JSON[T]) Value() (driver.Value, error) {
	text, err := json.Marshal(j.V)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", j.V, err)
	}
	return string(text), nil
}

// Scan decodes the column's value.
func (j *JSON[T]) Scan(from any) error {
	*j = JSON[T]{}
	switch text := from.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(text), &j.V)
	case []byte:
		return json.Unmarshal(text, &j.V)
	default:
		return fmt.Errorf("decode %T from a column of %T", j.V, from)
	}
}

// OrNull returns nil, SQL's NULL, for Go's zero value.
func OrNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// OrZero returns Go's zero value for nil, SQL's NULL.
func OrZero[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
