package listing

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"muster/libs/pg"
)

// plainName is a name that Go folds and sorts as the database's ICU collation does.
var plainName = regexp.MustCompile(`^[A-Za-z]+( [A-Za-z]+)*$`)

// misnamed says whether one of the names is not plain, or one of the codes.
func (f *Field) misnamed() bool {
	for code, name := range f.Names {
		if !plainName.MatchString(name) || !plainName.MatchString(code) {
			return true
		}
	}
	return false
}

// codesByName are the codes in the order of their names.
func (f *Field) codesByName() []string {
	return slices.SortedFunc(maps.Keys(f.Names), func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.ToLower(f.Names[a]), strings.ToLower(f.Names[b])), cmp.Compare(a, b))
	})
}

// codesNamed are the codes in whose names part is, in any case.
func (f *Field) codesNamed(part string) (codes pg.Array[string]) {
	part = folded(part)
	for _, code := range f.codesByName() {
		if strings.Contains(folded(f.Names[code]), part) {
			codes = append(codes, code)
		}
	}
	return codes
}

// named holds when part is somewhere in the name of the field's code.
func (f *Field) named(part string) condition {
	switch codes := f.codesNamed(part); len(codes) {
	case 0:
		return anyOf()
	case 1: // Unlike ANY, equality leaves an index on the code and the id in the order of the ids.
		return equal(f, codes[0])
	default:
		return equalAny(f, codes)
	}
}

// folded is what [SearchKey] makes of a text, by Unicode's full mappings as ICU has them.
func folded(text string) string {
	return cases.Upper(language.Und).String(cases.Lower(language.Und).String(text))
}

// NameKey is the SQL expression by which a field with names sorts. It is the column when the codes sort as their names
// do; else [List] needs an index on it for each direction.
func (f *Field) NameKey() string {
	byName := f.codesByName()
	if slices.IsSorted(byName) {
		return f.Column
	}
	return "array_position('{" + strings.Join(byName, ",") + "}'::text[], " + f.Column + ")"
}

// NameOf is the SQL expression for the name of the code in a column, empty for an unknown code.
func NameOf(column string, names map[string]string) string {
	var sql strings.Builder
	sql.WriteString("CASE " + column)
	for _, code := range slices.Sorted(maps.Keys(names)) {
		sql.WriteString(" WHEN '" + code + "' THEN '" + names[code] + "'")
	}
	sql.WriteString(" ELSE '' END")
	return sql.String()
}
