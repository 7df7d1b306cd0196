package listing

import (
	"cmp"
	"strings"

	"muster/libs/pg"
)

// collation is the Unicode root collation, which PostgreSQL has from ICU in every database that is encoded in UTF-8.
const collation = `COLLATE "und-x-icu"`

// SortKey is the SQL expression by which text sorts: without regard to case, by the Unicode root collation.
func SortKey(expr string) string { return "lower(" + expr + " " + collation + ")" }

// SearchKey is the SQL expression in which text is looked for. It folds case letter by letter, whatever stands around
// them, so that a part of a text always is found in it. Lower case alone does not: it turns ΟΔΟΣ into οδος but
// ΟΔΟΣΑ into οδοσα. Upper case alone leaves ẞ apart from ß. It makes ß and ss one, as Unicode's case folding does.
func SearchKey(expr string) string { return "upper(lower(" + expr + " " + collation + "))" }

// condition is a piece of SQL that is true, false or null for a row, and its arguments. It binds tighter than AND.
type condition struct {
	sql  string
	args []any
	// apart is sql with the columns of the tables in joins in place of the list's own; empty when it is sql.
	apart string
	joins []*Field
	// rollup says that the rollup of a list has all columns of it, so that it may stand there too.
	rollup bool
	// unlogged says that the delta log of a list lacks a column of it: JSON is too much to log.
	unlogged bool
}

func null(f *Field) condition {
	if f.Kind == JSON {
		return propertyThere(f, "NOT TRUE")
	}
	return nullTest(f, " IS NULL")
}

func notNull(f *Field) condition {
	if f.Kind == JSON {
		return propertyThere(f, "TRUE")
	}
	return nullTest(f, " IS NOT NULL")
}

func nullTest(f *Field, is string) condition {
	c := onColumn(f, is)
	c.rollup = f.Rollup != NotInRollup
	return c
}

func equal(f *Field, value string) condition { return compare(f, f.Kind.equality(), value) }

func compare(f *Field, operator string, value any) condition {
	return onColumn(f, " "+operator+" ?::"+f.Kind.rule().sqlType, value)
}

// onColumn is the condition that test is true of the field's column.
func onColumn(f *Field, test string, args ...any) condition {
	c := condition{sql: f.Column + test, args: args, rollup: f.Rollup == ByValue, unlogged: f.Kind == JSON}
	if f.Apart != "" {
		c.apart, c.joins = f.apartColumn()+test, []*Field{f}
	}
	return c
}

// apartColumn is the copy of the column in the table [Field.Apart].
func (f *Field) apartColumn() string { return f.Apart + ".value" }

// equalAny passes all values as one argument, so that the statement, which PostgreSQL prepares, does not depend on
// their number.
func equalAny(f *Field, values pg.Array[string]) condition {
	return onColumn(f, " "+f.Kind.equality()+" ANY(?::"+f.Kind.rule().sqlType+"[])", values)
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// contains holds when part is somewhere in the field. Every text has the empty one in it.
func (f *Field) contains(part string) condition {
	if part == "" {
		return allOf()
	}
	if f.Names != nil {
		return f.named(part)
	}
	pattern := "%" + likeEscape.Replace(part) + "%"
	if f.searchText == "" || separates(part) {
		return condition{sql: like(SearchKey(f.Column)), args: []any{pattern}}
	}
	// Each separator is in the column once, so what is found between two of them is found in the field.
	pattern = "%" + string(f.segment) + pattern + string(f.segment+1) + "%"
	return condition{sql: like(f.searchText), args: []any{pattern}}
}

// contain holds when part is somewhere in one of the searched fields.
func (l *List) contain(part string) condition {
	if part == "" {
		return allOf()
	}
	var either []condition
	inOne := l.searchText != "" && !separates(part)
	if inOne {
		either = append(either, condition{sql: like(l.searchText), args: []any{"%" + likeEscape.Replace(part) + "%"}})
	}
	for _, f := range l.searched {
		if f.Names != nil && f.codesNamed(part) == nil || f.Names == nil && inOne {
			continue // no row, or a row that is found already
		}
		either = append(either, f.contains(part))
	}
	return anyOf(either...)
}

func like(folded string) string { return folded + " LIKE " + SearchKey("?::text") }

// separates says whether part has a character that may stand between the fields of a searched text. Such a part is
// looked for in the fields themselves.
func separates(part string) bool {
	return strings.ContainsFunc(part, func(r rune) bool { return r < ' ' })
}

// anyOf holds when any of the conditions does, and so never when there is none.
func anyOf(conditions ...condition) condition { return join(conditions, " OR ", "FALSE") }

// allOf holds when all of the conditions do, and so always when there is none.
func allOf(conditions ...condition) condition { return join(conditions, " AND ", "TRUE") }

func join(conditions []condition, operator, none string) condition {
	switch len(conditions) {
	case 0:
		return condition{sql: none, rollup: true}
	case 1:
		return conditions[0]
	}
	joined := condition{rollup: true}
	parts, apart := make([]string, len(conditions)), make([]string, len(conditions))
	for i, c := range conditions {
		parts[i], apart[i] = c.sql, cmp.Or(c.apart, c.sql)
		joined.args = append(joined.args, c.args...)
		joined.joins = append(joined.joins, c.joins...)
		joined.rollup, joined.unlogged = joined.rollup && c.rollup, joined.unlogged || c.unlogged
	}
	joined.sql = "(" + strings.Join(parts, operator) + ")"
	joined.apart = "(" + strings.Join(apart, operator) + ")"
	return joined
}

// sql is the term as it stands in ORDER BY. A column that is never null goes without NULLS LAST: that would keep
// PostgreSQL from reading an index backwards.
func (o order) sql() string {
	key := o.field.Column
	switch {
	case o.field.SortBy != "":
		key = o.field.SortBy
	case o.field.Apart != "":
		key = o.field.apartColumn()
	case o.field.Names != nil:
		key = o.field.NameKey()
	case o.field.Kind.isText():
		key = SortKey(key)
	}
	if o.descending {
		key += " DESC"
	}
	if o.field.Nullable {
		key += " NULLS LAST"
	}
	return key
}
