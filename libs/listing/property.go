package listing

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// maxProperties bounds the properties in one filter. Other fields need no bound: a list has only so many.
const maxProperties = 16

// propertyPath matches what may follow the name of a JSON field and a dot. None of its characters needs escaping in
// JSON or in a JSON path.
var propertyPath = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,7}$`)

// label returns the name of f in documents and messages. For a JSON field it is a pattern for its properties.
func (f *Field) label() string {
	if f.Kind == JSON {
		return f.Name + ".<name>"
	}
	return strings.Join(f.names(), " or ")
}

// propertyPattern returns the regular expression for the names of all properties of f.
func (f *Field) propertyPattern() string {
	return `^` + regexp.QuoteMeta(f.Name) + `\.` + strings.TrimPrefix(propertyPath.String(), `^`)
}

// filterField finds the field that a filter member names. For "properties.plan" it returns a copy of the field
// properties with the path to the property.
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

// checkProperties bounds the cost of a filter.
func (l *List) checkProperties(members []member) error {
	if l.countProperties(members) > maxProperties {
		return fmt.Errorf("must ask for at most %d properties", maxProperties)
	}
	return nil
}

// countProperties counts the members of a filter that name a property, even with a malformed path.
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

// propertyScalar returns a JSON object that holds only this property with this value.
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

// jsonScalar checks one string, number or boolean and returns it as JSON that PostgreSQL accepts.
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

// propertyThere tests whether a row has the property with a value other than JSON's null. The path is strict because a
// lax path looks into arrays, which @> does not.
func propertyThere(f *Field, holds string) condition {
	path := `strict $."` + strings.Join(f.property, `"."`) + `" ? (@ != null)`
	return condition{sql: "jsonb_path_exists(" + f.Column + ", ?::jsonpath, '{}', TRUE) IS " + holds, args: []any{path}, unlogged: true}
}
