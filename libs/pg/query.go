package pg

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"

	"gorm.io/gorm"
)

// One reads the row that the query yields, and returns none where it yields no row. With any error the row is T's zero,
// so that callers can convert what comes back without looking. See [First].
func One[T any](ctx context.Context, db *gorm.DB, what string, none error, sql string, args ...any) (T, error) {
	row, found, err := First[T](ctx, db, what, sql, args...)
	if err == nil && !found {
		err = none
	}
	return row, err
}

// First reads the first row that the query yields; found is false where it yields none, and then the row is T's zero.
//
// It runs on what [From] gives. T is a struct, whose fields gorm matches with the columns by name, or a scalar.
// Placeholders are ?; a slice among args becomes a list of them, an [Array] stays one. what says in an error what was
// tried, and the error is as [Wrap] makes it.
func First[T any](ctx context.Context, db *gorm.DB, what, sql string, args ...any) (row T, found bool, err error) {
	result := From(ctx, db).Raw(sql, args...).Scan(&row)
	if result.Error != nil {
		var zero T
		return zero, false, Wrap(what, result.Error)
	}
	return row, result.RowsAffected > 0, nil
}

// Many reads all rows that the query yields, in its order. See [First].
func Many[T any](ctx context.Context, db *gorm.DB, what, sql string, args ...any) ([]T, error) {
	var rows []T
	if err := From(ctx, db).Raw(sql, args...).Scan(&rows).Error; err != nil {
		return nil, Wrap(what, err)
	}
	return rows, nil
}

// Exec runs a statement and returns how many rows it touched. See [First].
func Exec(ctx context.Context, db *gorm.DB, what, sql string, args ...any) (touched int64, err error) {
	result := From(ctx, db).Exec(sql, args...)
	return result.RowsAffected, Wrap(what, result.Error)
}

// ExecOne runs a statement that has to touch a row, and returns none where it touches no row. See [First].
func ExecOne(ctx context.Context, db *gorm.DB, what string, none error, sql string, args ...any) error {
	touched, err := Exec(ctx, db, what, sql, args...)
	if err == nil && touched == 0 {
		err = none
	}
	return err
}

// Map converts rows, such as those of [Many], into values of the core. It returns an empty slice for no rows, never nil.
func Map[R, V any](rows []R, convert func(R) V) []V {
	values := make([]V, len(rows))
	for i, row := range rows {
		values[i] = convert(row)
	}
	return values
}

// Placeholders are n placeholders with commas between them. For VALUES, give each row as a slice.
func Placeholders(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// Array is one argument that PostgreSQL reads as an array, whatever the number of its elements, so that the prepared
// statement is the same for any number. The statement names its type: ANY(?::bigint[]).
type Array[T int64 | string] []T

var arrayEscape = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// Value writes the array as PostgreSQL reads it: {"a","b"}.
func (a Array[T]) Value() (driver.Value, error) {
	quoted := make([]string, len(a))
	for i, element := range a {
		quoted[i] = `"` + arrayEscape.Replace(fmt.Sprint(element)) + `"`
	}
	return "{" + strings.Join(quoted, ",") + "}", nil
}

// JSON is V in a json or jsonb column, as a field of a row and as an argument. NULL reads as V's zero. It never writes
// NULL: where V is nil it writes the JSON null. A nil *JSON writes NULL.
type JSON[T any] struct{ V T }

// JSONOf is v as an argument.
func JSONOf[T any](v T) JSON[T] { return JSON[T]{v} }

// Value encodes V.
func (j JSON[T]) Value() (driver.Value, error) {
	text, err := json.Marshal(j.V)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", j.V, err)
	}
	return string(text), nil
}

// Scan decodes what the driver has read.
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

// OrNull is SQL's NULL for Go's zero.
func OrNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// OrZero is Go's zero for SQL's NULL.
func OrZero[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
