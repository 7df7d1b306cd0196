package listing

import (
	"slices"

	"gorm.io/gorm"
)

// The number of rows up to which a condition on a field apart is resolved first. Beyond it, reading all of them takes
// longer than walking the sort's index until a page is full, or than a scan of the whole table that counts.
const (
	fewToList  = 2_000
	fewToCount = 10_000
)

// narrow replaces each condition that a table apart ([Field.Apart]) alone decides, and that at most limit of its rows
// match, by the condition that the id is one of theirs. PostgreSQL's own estimate for values near the maximum is up to a
// hundredth of the table, so that it would walk another index to find a few rows.
//
// The ids are an array and no join: PostgreSQL expects few elements in it, whose rows it reads by the primary key before
// it evaluates any other condition. It may join a table of the same ids the other way round, and search the text of half
// of all rows.
//
// read runs a query of one number, planned for its arguments. The number only decides which of two conditions with the
// same meaning is faster, so it may be of another snapshot.
func (q Query) narrow(limit int64, read func(sql string, args []any) (int64, error)) (Query, error) {
	for i, c := range q.conditions {
		if !c.narrows() {
			continue
		}
		rows := " FROM " + c.alone.Apart + " WHERE " + c.apart
		n, err := read("SELECT count(*) FROM (SELECT"+rows+" LIMIT ?) matching", append(slices.Clip(c.args), limit+1))
		if err != nil {
			return q, err
		}
		if n <= limit {
			q.conditions = slices.Clone(q.conditions)
			q.conditions[i] = condition{sql: q.id.Column + " = ANY (ARRAY(SELECT row_id" + rows + "))", args: c.args}
		}
	}
	return q, nil
}

// narrowToList narrows the query for reading its page. The deeper the page, the longer the walk to it.
func (q Query) narrowToList(read func(sql string, args []any) (int64, error)) (Query, error) {
	if !q.narrows() {
		return q, nil
	}
	return q.narrow(min(fewToList+10*(q.Offset()+int64(q.Limit())), fewToCount), read)
}

// narrowToCount narrows the query for counting its rows in tx.
func (q Query) narrowToCount(tx *gorm.DB) (Query, error) {
	return q.narrow(fewToCount, func(sql string, args []any) (int64, error) { return count(tx, sql, args) })
}

// narrows reports whether [Query.narrow] may replace the condition. The conditions of the rollup need no replacement:
// PostgreSQL knows how many values are null.
func (c condition) narrows() bool { return c.alone != nil && !c.rollup }

// narrows reports whether the rows should be read with [Query.narrow]. They need not be if the first order is by the
// field of the condition: its index yields the rows of the page in their order.
func (q Query) narrows() bool {
	return slices.ContainsFunc(q.conditions, func(c condition) bool { return c.narrows() && c.alone != q.orders[0].field })
}
