package listing

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"muster/libs/errs"
)

// Query is a checked list query: which rows, in which order, and which page of them. [List.Parse] makes it.
type Query struct {
	conditions []condition
	orders     []order
	window     window
	id         *Field  // the list's ID field
	filter     string  // the text that conditions were parsed from
	own        bool    // And added a condition
	totals     *Totals // supplies the total; nil to count the rows
}

// parameters are the names of the query parameters that the grammar knows.
var parameters = []string{"page", "perPage", "range", "sort", "filter"}

// Parse reads the parameters page, perPage, range, sort and filter and ignores all others. The error is an
// [*errs.Error] VALIDATION_FAILED that lists every problem and says what is allowed.
//
// url.URL's own Query silently drops parameters that it cannot parse. Use [List.ParseURL], or [ParseRawQuery] for the
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
		q.window = window{limit: MaxPerPage} // an array of ids has at most as many
	}
	if problems = append(problems, wrong...); problems != nil {
		return Query{}, errs.Invalid(problems...)
	}
	return q, nil
}

// ParseURL parses the query of a URL with [ParseRawQuery] and [List.Parse].
func (l *List) ParseURL(u *url.URL) (Query, error) {
	v, err := ParseRawQuery(u.RawQuery)
	if err != nil {
		return Query{}, err
	}
	return l.Parse(v)
}

// And narrows the query by a condition that the program adds, such as which rows the caller may see. It has ? for each
// argument. gorm expands a slice argument to a list in parentheses.
func (q Query) And(sql string, args ...any) Query {
	q.conditions, q.own = append(slices.Clip(q.conditions), condition{sql: "(" + sql + ")", args: args}), true
	return q
}

// Where returns the condition on the rows, with ? for each of args. It is "TRUE" when all rows match. It names the
// tables of [Query.Joins]. sql never contains caller input.
func (q Query) Where() (sql string, args []any) {
	return q.where(func(c condition) string { return cmp.Or(c.apart, c.sql) })
}

// where joins all conditions with AND. text returns the SQL of one.
func (q Query) where(text func(condition) string) (sql string, args []any) {
	var parts []string
	for _, c := range q.all() {
		parts = append(parts, text(c))
		args = append(args, c.args...)
	}
	return cmp.Or(strings.Join(parts, " AND "), "TRUE"), args
}

// all returns the conditions, including the one that selects the rows of the list.
func (q Query) all() []condition {
	if q.totals == nil || q.totals.table.Only == "" {
		return q.conditions
	}
	return append(slices.Clip(q.conditions), condition{sql: q.totals.table.Only})
}

// Joins returns the joins that [Query.Where] and [Query.OrderBy] need, to be appended to the list's own tables in FROM.
// It is empty when none are needed.
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

// OrderBy returns the terms for ORDER BY. The order is total: no two rows are equal in it.
func (q Query) OrderBy() string {
	terms := make([]string, len(q.orders))
	for i, o := range q.orders {
		terms[i] = o.sql()
	}
	return strings.Join(terms, ", ")
}

// Limit is the maximum number of rows on the page, 1 to [MaxPerPage].
func (q Query) Limit() int { return q.window.limit }

// Offset is the number of rows before the page.
func (q Query) Offset() int64 { return q.window.offset }
