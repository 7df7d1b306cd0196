package listing

import (
	"cmp"
	"strings"

	"muster/libs/pg"
)

// collation is the Unicode root collation, which PostgreSQL gets from ICU in every UTF-8 database.
const collation = `COLLATE "und-x-icu"`

// SortKey returns the SQL expression by which text sorts: without regard to case, in the Unicode root collation.
func SortKey(expr string) string { return "lower(" + expr + " " + collation + ")" }

// SearchKey returns the SQL expression in which text is searched. It folds case letter by letter, independent of the
// neighbouring letters, so that a text always contains the folded form of each of its parts. lower alone does not: it
// turns ΟΔΟΣ into οδος but ΟΔΟΣΑ into οδοσα. upper alone keeps ẞ and ß apart. Like Unicode's case folding, it makes ß
// equal to ss.
func SearchKey(expr string) string { return "upper(lower(" + expr + " " + collation + "))" }

// condition is an SQL expression that is true, false or null for a row, and its arguments. It binds tighter than AND.
type condition struct {
	sql  string
	args []any
	// apart is sql with the columns of the joined tables instead of the list's own. It is empty when both are the same.
	apart string
	joins []*Field
	// alone is the field of [Field.Apart] whose table alone decides the condition. It is nil for any other condition.
	alone *Field
	// rollup means that the list's rollup has all columns of the condition, so that it can be evaluated there too.
	rollup bool
	// unlogged means that the delta log lacks a column of the condition: JSON is too large to log.
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

// onColumn returns the condition that test holds for the field's column.
func onColumn(f *Field, test string, args ...any) condition {
	c := condition{sql: f.Column + test, args: args, rollup: f.Rollup == ByValue, unlogged: f.Kind == JSON}
	if f.Apart != "" {
		c.apart, c.joins, c.alone = f.apartColumn()+test, []*Field{f}, f
	}
	return c
}

// apartColumn returns the copy of the column in the table [Field.Apart].
func (f *Field) apartColumn() string { return f.Apart + ".value" }

// equalAny passes all values as one argument, so that the prepared statement does not depend on their number.
func equalAny(f *Field, values pg.Array[string]) condition {
	return onColumn(f, " "+f.Kind.equality()+" ANY(?::"+f.Kind.rule().sqlType+"[])", values)
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// contains matches rows whose field contains part. Every text contains the empty string.
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
	// Each separator occurs once in the column, so a match between two of them is a match in the field.
	pattern = "%" + string(f.segment) + pattern + string(f.segment+1) + "%"
	return condition{sql: like(f.searchText), args: []any{pattern}}
}

// contain matches rows in which one of the searched fields contains part.
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
			continue // matches no row, or only rows that are matched already
		}
		either = append(either, f.contains(part))
	}
	return anyOf(either...)
}

func like(folded string) string { return folded + " LIKE " + SearchKey("?::text") }

// separates reports whether part has a character that can be a separator in a search column. Such a part is searched in
// the fields themselves.
func separates(part string) bool {
	return strings.ContainsFunc(part, func(r rune) bool { return r < ' ' })
}

// anyOf matches when any of the conditions does. Without conditions it matches nothing.
func anyOf(conditions ...condition) condition { return join(conditions, " OR ", "FALSE") }

// allOf matches when all of the conditions do. Without conditions it matches everything.
func allOf(conditions ...condition) condition { return join(conditions, " AND ", "TRUE") }

func join(conditions []condition, operator, none string) condition {
	switch len(conditions) {
	case 0:
		return condition{sql: none, rollup: true}
	case 1:
		return conditions[0]
	}
	joined := condition{rollup: true, alone: conditions[0].alone}
	parts, apart := make([]string, len(conditions)), make([]string, len(conditions))
	for i, c := range conditions {
		parts[i], apart[i] = c.sql, cmp.Or(c.apart, c.sql)
		joined.args = append(joined.args, c.args...)
		joined.joins = append(joined.joins, c.joins...)
		joined.rollup, joined.unlogged = joined.rollup && c.rollup, joined.unlogged || c.unlogged
		if c.alone != joined.alone {
			joined.alone = nil
		}
	}
	joined.sql = "(" + strings.Join(parts, operator) + ")"
	joined.apart = "(" + strings.Join(apart, operator) + ")"
	return joined
}

// sql returns the term for ORDER BY. A column that is never null has no NULLS LAST, because that would keep PostgreSQL
// from scanning an index backwards.
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
