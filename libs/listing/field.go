package listing

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// searchName is the filter's name for the search in all searched fields.
const searchName = "q"

// Field is one field of a list.
type Field struct {
	// Name is what callers write: "lastLoginAt".
	Name string
	// Alias is another name that callers may write; empty when there is none.
	Alias string
	// Column is the SQL expression that the field stands for: "u.last_login_at". It is a constant of the program and
	// goes into the SQL as it is, so it must hold neither ? nor @, which gorm reads as placeholders.
	Column string
	Kind   Kind
	// Nullable says that the column may be null. Callers may then ask for "null" and "!null", and sorting puts the
	// nulls last. A column that a left join can leave empty is nullable.
	Nullable bool
	// Sortable and Filterable say what callers may use the field for. One that is neither can still be searched.
	Sortable, Filterable bool
	// Searched makes the field part of q. Only text and codes can be.
	Searched bool
	// Digits makes a string of digits count as the number that it spells. Only integers can have it.
	Digits bool
	// Values are the codes that there are. A filter that asks for another is refused; without Values none is.
	Values []string
	// Names makes a Text field out of a column of codes: callers see the name of the code, and filter, sort and search
	// by it. The names stand in the program alone, so that neither a new code nor a new name touches a row. A name is
	// made of the letters A to Z, in either case, and spaces.
	Names map[string]string
	// SortBy is an SQL expression that orders the rows as Column does and has an index; empty when there is none.
	SortBy string
	// Apart names a table with a copy of Column, and the indexes on it, for a column that changes far more often than the
	// rest of the row: an update then leaves the indexes of the list's own table alone. The table has one row for each row
	// of the list's, with the columns row_id and value. Only a field with one plain column can be apart.
	Apart string
	// Rollup says which conditions on the field the list's rollup can tell. See [Totals].
	Rollup Rollup
	// ID marks the field that tells the rows apart: its ascending order breaks ties and is the default. Every list has
	// exactly one; it is sortable and never null.
	ID bool

	searchText string   // of the list
	segment    rune     // what the field stands behind in searchText
	property   []string // of a JSON field, the names that lead to the property that a filter asks for
}

// Rollup says what of a field the rollup of a list has, under the name of its column.
type Rollup uint8

// What a rollup can have of a field.
const (
	NotInRollup Rollup = iota
	ByNull             // whether it is null
	ByValue            // its value
)

// List is the declaration of a list. It does not change after [New] and may be used by many goroutines.
type List struct {
	fields     []*Field
	id         *Field
	sortable   []string // names, as declared
	filterable []string // names, as declared; q first if anything is searched
	searched   []*Field
	searchText string // the column of SearchIn; empty when there is none
}

// New declares a list. It panics when the declaration contradicts itself: that is a mistake in the program, and lists
// are declared when it starts.
func New(fields ...Field) *List {
	l := &List{}
	for _, f := range fields {
		if problem := f.problem(); problem != "" {
			panic(fmt.Sprintf("listing: field %q %s", f.Name, problem))
		}
		l.add(f)
	}
	if l.id == nil {
		panic("listing: no field is marked as ID")
	}
	if len(l.searched) > 0 {
		l.filterable = slices.Insert(l.filterable, 0, searchName)
	}
	return l
}

// SearchIn names a column that holds what is searched, so that q and a filter on a searched field look into one text, with
// one trigram index, and fold nothing. The column is [SearchKey] of [List.InSearch] in the order of their declaration,
// each behind the control character of its number, from U+0001 on, and one such character more behind the last:
// U+0001 ada U+0002 ada@example.com U+0003. A field that is null is empty there, and none has a control character of its
// own. It returns l, and is called before l is used.
func (l *List) SearchIn(column string) *List {
	if len(l.InSearch()) == 0 || !plainColumn.MatchString(column) {
		panic(fmt.Sprintf("listing: %q cannot be the column that is searched", column))
	}
	l.searchText = column
	segment := rune(0)
	for _, f := range l.searched {
		if f.Names == nil {
			segment++
			f.searchText, f.segment = column, segment
		}
	}
	return l
}

// SearchColumn is the column of [List.SearchIn]; empty when there is none.
func (l *List) SearchColumn() string { return l.searchText }

// InSearch are the fields whose text the column of [List.SearchIn] holds: those that are searched, but for names of codes.
func (l *List) InSearch() []Field {
	var fields []Field
	for _, f := range l.searched {
		if f.Names == nil {
			fields = append(fields, *f)
		}
	}
	return fields
}

// Fields are the fields in the order of their declaration.
func (l *List) Fields() []Field {
	fields := make([]Field, len(l.fields))
	for i, f := range l.fields {
		fields[i] = *f
	}
	return fields
}

func (l *List) add(f Field) {
	for _, name := range f.names() {
		if l.field(name) != nil {
			panic(fmt.Sprintf("listing: field %q is declared twice", name))
		}
	}
	f.Column = parenthesise(f.Column)
	f.Values = slices.Clone(f.Values)
	f.Names = maps.Clone(f.Names)
	if f.ID {
		if l.id != nil {
			panic(fmt.Sprintf("listing: %q and %q are both marked as ID", l.id.Name, f.Name))
		}
		l.id = &f
	}
	if f.Sortable {
		l.sortable = append(l.sortable, f.Name)
	}
	if f.Filterable {
		l.filterable = append(l.filterable, f.label())
	}
	if f.Searched {
		l.searched = append(l.searched, &f)
	}
	l.fields = append(l.fields, &f)
}

// problem says what is wrong with the declaration of f; empty when nothing is.
func (f *Field) problem() string {
	switch {
	case f.Name == "" || f.Name == searchName:
		return "has no name of its own"
	case f.Column == "" || strings.ContainsAny(f.Column, "?@"):
		return "needs a column without ? and @"
	case !f.Kind.known():
		return "has no kind"
	case strings.ContainsAny(f.SortBy, "?@"):
		return "needs a SortBy without ? and @"
	case f.Rollup > ByValue:
		return "is in the rollup in an unknown way"
	case f.Rollup == ByNull && !f.Nullable:
		return "is in the rollup by null but never null"
	case f.Rollup == ByValue && f.Kind == Text && f.Names == nil:
		return "is text and in the rollup by value: a filter asks for a part of it"
	case f.Names != nil && f.Kind != Text:
		return "has names but is no text"
	case f.misnamed():
		return "has a name that is not made of letters and spaces"
	case f.Apart != "" && (!plainColumn.MatchString(f.Column) || !plainColumn.MatchString(f.Apart)):
		return "is apart but not a plain column with a plain table"
	case f.Searched && !f.Kind.isText():
		return "cannot be searched: it is not text"
	case f.Digits && f.Kind != Integer:
		return "has digits but is no integer"
	case len(f.Values) > 0 && f.Kind != Code:
		return "has values but is no code"
	case f.Nullable && slices.Contains(f.Values, isNull):
		return "is nullable and has the value null"
	case f.Kind == JSON && (f.Sortable || !f.Nullable):
		return "is JSON: it cannot be sorted by, and what is in it can always be missing"
	case strings.Contains(f.Name, "."):
		return "has a dot in its name, which separates properties"
	case f.ID && (!f.Sortable || f.Nullable):
		return "must be sortable and never null: it is the ID"
	}
	return ""
}

// names are what callers may call the field.
func (f *Field) names() []string {
	if f.Alias == "" {
		return []string{f.Name}
	}
	return []string{f.Name, f.Alias}
}

// field finds a field by a name of its; nil when there is none.
func (l *List) field(name string) *Field {
	for _, f := range l.fields {
		if slices.Contains(f.names(), name) {
			return f
		}
	}
	return nil
}

var plainColumn = regexp.MustCompile(`^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$`)

// parenthesise makes expr safe to stand beside any operator.
func parenthesise(expr string) string {
	if plainColumn.MatchString(expr) {
		return expr
	}
	return "(" + expr + ")"
}
