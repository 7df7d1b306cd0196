package listing

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// searchName is the filter member that searches all searched fields.
const searchName = "q"

// Field is one field of a list.
type Field struct {
	// Name is the name that callers use: "lastLoginAt".
	Name string
	// Alias is a second name that callers may use. It may be empty.
	Alias string
	// Column is the SQL expression of the field: "u.last_login_at". It is a constant of the program and goes into the
	// SQL unchanged. It must contain neither ? nor @, which gorm reads as placeholders.
	Column string
	Kind   Kind
	// Nullable means that the column may be null. Callers may then filter by "null" and "!null", and nulls sort last. A
	// column that a left join can leave empty is nullable.
	Nullable bool
	// Sortable and Filterable are the uses that callers have of the field. A field with neither can still be searched.
	Sortable, Filterable bool
	// Searched makes the field part of q. Only text and code fields can be searched.
	Searched bool
	// Digits accepts a string of digits as the number that it spells. Only integer fields can have it.
	Digits bool
	// Values are the valid codes. A filter for any other code is refused. Without Values, every code is accepted.
	Values []string
	// Names turns a column of codes into a Text field: callers see the name of the code, and filter, sort and search by
	// it. The names exist only in the program, so a new code or a new name changes no row. A name consists of the
	// letters A to Z, in either case, and spaces.
	Names map[string]string
	// SortBy is an indexed SQL expression that orders the rows as Column does. It may be empty.
	SortBy string
	// Apart names a separate table with an indexed copy of Column, for a column that changes far more often than the
	// rest of the row: an update then does not touch the indexes of the list's own table. The table has the columns
	// row_id and value and one row for each row of the list's table. Only a field with one plain column can be apart.
	Apart string
	// Rollup is how much of the field the list's rollup stores. See [Totals].
	Rollup Rollup
	// ID marks the unique field of the rows. Its ascending order breaks ties and is the default. Every list has exactly
	// one. It is sortable and never null.
	ID bool

	searchText string   // the column of SearchIn
	segment    rune     // the separator before the field in searchText
	property   []string // of a JSON field: the path to the property that a filter names
}

// Rollup says what the rollup of a list stores of a field, under the name of its column.
type Rollup uint8

// What a rollup can store of a field.
const (
	NotInRollup Rollup = iota
	ByNull             // whether it is null
	ByValue            // its value
)

// List is the declaration of a list. It is immutable after [New] and safe for concurrent use.
type List struct {
	fields     []*Field
	id         *Field
	sortable   []string // names, as declared
	filterable []string // names, as declared; q first if anything is searched
	searched   []*Field
	searchText string // the column of SearchIn; may be empty
}

// New declares a list. It panics when the declaration contradicts itself: that is a programming error, and lists are
// declared at startup.
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

// SearchIn names a column that holds the folded text of all searched fields. q and the filters on searched fields then
// search one text with one trigram index, without folding. The column is [SearchKey] of the [List.InSearch] fields in
// the order of their declaration. Before each field stands the control character of its number, from U+0001 on, and one
// more follows the last field: U+0001 ada U+0002 ada@example.com U+0003. A null field is empty there. Control
// characters in the fields themselves are removed. It returns l and must be called before l is used.
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

// SearchColumn returns the column of [List.SearchIn], or "" when there is none.
func (l *List) SearchColumn() string { return l.searchText }

// InSearch returns the fields whose text is in the column of [List.SearchIn]: the searched fields without names of
// codes.
func (l *List) InSearch() []Field {
	var fields []Field
	for _, f := range l.searched {
		if f.Names == nil {
			fields = append(fields, *f)
		}
	}
	return fields
}

// Fields returns the fields in the order of their declaration.
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

// problem returns what is wrong with the declaration of f, or "".
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

// names returns the names that callers may use for the field.
func (f *Field) names() []string {
	if f.Alias == "" {
		return []string{f.Name}
	}
	return []string{f.Name, f.Alias}
}

// field finds a field by its name or alias, or returns nil.
func (l *List) field(name string) *Field {
	for _, f := range l.fields {
		if slices.Contains(f.names(), name) {
			return f
		}
	}
	return nil
}

var plainColumn = regexp.MustCompile(`^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$`)

// parenthesise makes expr safe as an operand of any operator.
func parenthesise(expr string) string {
	if plainColumn.MatchString(expr) {
		return expr
	}
	return "(" + expr + ")"
}
