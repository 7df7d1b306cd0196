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

// plainName matches names that Go folds and sorts exactly as the database's ICU collation does.
var plainName = regexp.MustCompile(`^[A-Za-z]+( [A-Za-z]+)*$`)

// misnamed reports whether a name or a code is not plain.
func (f *Field) misnamed() bool {
	for code, name := range f.Names {
		if !plainName.MatchString(name) || !plainName.MatchString(code) {
			return true
		}
	}
	return false
}

// codesByName returns the codes sorted by name.
func (f *Field) codesByName() []string {
	return slices.SortedFunc(maps.Keys(f.Names), func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.ToLower(f.Names[a]), strings.ToLower(f.Names[b])), cmp.Compare(a, b))
	})
}

// codesNamed returns the codes whose names contain part, without regard to case.
func (f *Field) codesNamed(part string) (codes pg.Array[string]) {
	part = folded(part)
	for _, code := range f.codesByName() {
		if strings.Contains(folded(f.Names[code]), part) {
			codes = append(codes, code)
		}
	}
	return codes
}

// named matches rows whose code has a name that contains part.
func (f *Field) named(part string) condition {
	switch codes := f.codesNamed(part); len(codes) {
	case 0:
		return anyOf()
	case 1: // Unlike ANY, equality lets an index on (code, id) return rows in id order.
		return equal(f, codes[0])
	default:
		return equalAny(f, codes)
	}
}

// folded applies [SearchKey] in Go, with Unicode's full case mappings as in ICU.
func folded(text string) string {
	return cases.Upper(language.Und).String(cases.Lower(language.Und).String(text))
}

// NameKey returns the SQL expression by which a field with names sorts. It is the column itself when codes and names
// sort alike. Otherwise the list needs an index on the expression for each direction.
func (f *Field) NameKey() string {
	byName := f.codesByName()
	if slices.IsSorted(byName) {
		return f.Column
	}
	return "array_position('{" + strings.Join(byName, ",") + "}'::text[], " + f.Column + ")"
}

// NameOf returns the SQL expression for the name of the code in a column. It is empty for an unknown code.
func NameOf(column string, names map[string]string) string {
	var sql strings.Builder
	sql.WriteString("CASE " + column)
	for _, code := range slices.Sorted(maps.Keys(names)) {
		sql.WriteString(" WHEN '" + code + "' THEN '" + names[code] + "'")
	}
	sql.WriteString(" ELSE '' END")
	return sql.String()
}
