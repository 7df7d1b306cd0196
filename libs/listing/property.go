package listing

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// maxProperties is how many properties one filter may ask for. Of the other fields there are only so many as a list has.
const maxProperties = 16

// propertyPath is what may stand behind the name of a JSON field and a dot. None of it needs an escape in JSON or in a
// JSON path.
var propertyPath = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,7}$`)

// label is how documents and messages name f. A JSON field stands for all that is in it.
func (f *Field) label() string {
	if f.Kind == JSON {
		return f.Name + ".<name>"
	}
	return strings.Join(f.names(), " or ")
}

// propertyPattern is what the names of all properties of f match.
func (f *Field) propertyPattern() string {
	return `^` + regexp.QuoteMeta(f.Name) + `\.` + strings.TrimPrefix(propertyPath.String(), `^`)
}

// filterField finds the field that a filter names. For "properties.plan" it is a copy of the field properties that
// knows which property is meant.
func (l *List) filterField(name string) (*Field, error) {
	head, path, inside := strings.Cut(name, ".")
	f := l.field(head)
	if f == nil || !f.Filterable || inside != (f.Kind == JSON) {
		return nil, fmt.Errorf("knows no %s; allowed are %s", quote(name), strings.Join(l.filterable, ", "))
	}
	if !inside {
		return f, nil
	}
	if !propertyPath.MatchString(path) {
		return nil, fmt.Errorf("knows no %s; behind %q stand 1 to 8 names with dots between, each of 1 to 64 of A-Z, a-z, 0-9, _ and -",
			quote(name), head+".")
	}
	p := *f
	p.property = strings.Split(path, ".")
	return &p, nil
}

// checkProperties bounds what a filter costs.
func (l *List) checkProperties(members []member) error {
	if l.countProperties(members) > maxProperties {
		return fmt.Errorf("must ask for at most %d properties", maxProperties)
	}
	return nil
}

// countProperties is how many members of a filter stand for properties, or would if their names were right.
func (l *List) countProperties(members []member) int {
	n := 0
	for _, m := range members {
		head, _, inside := strings.Cut(m.name, ".")
		if f := l.field(head); inside && f != nil && f.Kind == JSON {
			n++
		}
	}
	return n
}

// propertyScalar gives the JSON object that holds the property with this value and nothing else.
func propertyScalar(f *Field, raw json.RawMessage) (string, error) {
	value, err := jsonScalar(f, raw)
	if err != nil {
		return "", err
	}
	for i := len(f.property) - 1; i >= 0; i-- {
		value = `{"` + f.property[i] + `":` + value + `}`
	}
	return value, nil
}

// jsonScalar checks one string, number or boolean and gives it as JSON that PostgreSQL can take.
func jsonScalar(f *Field, raw json.RawMessage) (string, error) {
	if value, err := boolScalar(f, raw); err == nil {
		return value, nil
	}
	if value, err := decimalScalar(f, raw); err == nil {
		return value, nil
	}
	text, err := stringValue(raw)
	if err != nil {
		return "", err
	}
	value, err := json.Marshal(text)
	return string(value), err
}

// propertyThere holds, or does not, for rows that have the property with a value other than JSON's null. The path is
// strict, since a lax one would look into arrays, where @> does not.
func propertyThere(f *Field, holds string) condition {
	path := `strict $."` + strings.Join(f.property, `"."`) + `" ? (@ != null)`
	return condition{sql: "jsonb_path_exists(" + f.Column + ", ?::jsonpath, '{}', TRUE) IS " + holds, args: []any{path}, unlogged: true}
}
