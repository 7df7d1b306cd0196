package listing

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"muster/libs/errs"
)

// Query is one checked question to a list: which rows, in which order, and which stretch of them. [List.Parse] makes
// it.
type Query struct {
	conditions []condition
	orders     []order
	window     window
	id         *Field  // of the list
	filter     string  // what conditions were read from
	own        bool    // there are conditions of the program's own among them
	totals     *Totals // what counts the rows; nil when nothing does
}

// parameters are the names of the query parameters that the grammar knows.
var parameters = []string{"page", "perPage", "range", "sort", "filter"}

// Parse reads the parameters page, perPage, range, sort and filter and ignores all others. The error is an
// [*errs.Error] VALIDATION_FAILED that names all that is wrong and says what is allowed.
//
// url.URL's own Query drops parameters that it cannot read, without a word: use [List.ParseURL], or [ParseRawQuery] for the
// argument.
func (l *List) Parse(v url.Values) (Query, error) {
	var problems []errs.Field
	for _, name := range parameters {
		if len(v[name]) > 1 {
			problems = append(problems, errs.Field{Field: name, Message: "is given more than once"})
		}
	}
	if problems != nil {
		return Query{}, errs.Invalid(problems...)
	}
	q := Query{id: l.id}
	q.window, problems = parseWindow(v)
	var err error
	if q.orders, err = l.parseSort(v.Get("sort")); err != nil {
		problems = append(problems, errs.Field{Field: "sort", Message: err.Error()})
	}
	conditions, wrong := l.parseFilter(v.Get("filter"))
	q.conditions, q.filter = conditions, v.Get("filter")
	if v.Get("page") == "" && v.Get("perPage") == "" && v.Get("range") == "" && l.asksForRows(q.filter) {
		q.window = window{limit: MaxPerPage} // an array of ids is no longer than that
	}
	if problems = append(problems, wrong...); problems != nil {
		return Query{}, errs.Invalid(problems...)
	}
	return q, nil
}

// ParseURL is [List.Parse] for the query of a URL, read by [ParseRawQuery].
func (l *List) ParseURL(u *url.URL) (Query, error) {
	v, err := ParseRawQuery(u.RawQuery)
	if err != nil {
		return Query{}, err
	}
	return l.Parse(v)
}

// And narrows the query by a condition of the program's own, with ? for the arguments: what the caller may see. A
// slice among the arguments becomes a list in parentheses, as gorm has it.
func (q Query) And(sql string, args ...any) Query {
	q.conditions, q.own = append(slices.Clip(q.conditions), condition{sql: "(" + sql + ")", args: args}), true
	return q
}

// Where is the condition on the rows, with ? for each of args; "TRUE" when all rows are asked for. It names the tables of
// [Query.Joins]. Nothing that a caller wrote is part of sql.
func (q Query) Where() (sql string, args []any) {
	return q.where(func(c condition) string { return cmp.Or(c.apart, c.sql) })
}

// where is all that must hold of the rows, each condition written by text.
func (q Query) where(text func(condition) string) (sql string, args []any) {
	var parts []string
	for _, c := range q.all() {
		parts = append(parts, text(c))
		args = append(args, c.args...)
	}
	return cmp.Or(strings.Join(parts, " AND "), "TRUE"), args
}

// all are the conditions, with the one of the program's own that tells the rows that the list has.
func (q Query) all() []condition {
	if q.totals == nil || q.totals.table.Only == "" {
		return q.conditions
	}
	return append(slices.Clip(q.conditions), condition{sql: q.totals.table.Only})
}

// Joins are the tables that [Query.Where] and [Query.OrderBy] need beside those of the list, for behind these in FROM;
// empty when there are none.
func (q Query) Joins() string {
	apart := allOf(q.conditions...).joins
	for _, o := range q.orders {
		if o.field.Apart != "" {
			apart = append(apart, o.field)
		}
	}
	sql := ""
	for i, f := range apart {
		if !slices.Contains(apart[:i], f) {
			sql += " JOIN " + f.Apart + " ON " + f.Apart + ".row_id = " + q.id.Column
		}
	}
	return sql
}

// OrderBy is the order of the rows, for behind ORDER BY. No two rows are equal in it.
func (q Query) OrderBy() string {
	terms := make([]string, len(q.orders))
	for i, o := range q.orders {
		terms[i] = o.sql()
	}
	return strings.Join(terms, ", ")
}

// Limit is the greatest number of rows on the page, 1 to [MaxPerPage].
func (q Query) Limit() int { return q.window.limit }

// Offset is the number of rows before the page.
func (q Query) Offset() int64 { return q.window.offset }
