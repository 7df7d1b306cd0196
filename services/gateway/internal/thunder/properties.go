package thunder

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Properties are the custom properties of a user, in the order in which they were read. Names are unique.
type Properties []Property

// Property is one member of a JSON object. The value is valid JSON without surrounding white space.
type Property struct {
	Name  string
	Value json.RawMessage
}

// reserved are the members of a user that are no properties.
var reserved = []string{"email", "password", "properties", "creationTime", "lastUpdateTime"}

// IsReserved reports whether a member of a user is no property.
func IsReserved(name string) bool { return slices.Contains(reserved, name) }

// UnmarshalJSON reads an object. Of a name that is there twice, the last value counts.
func (p *Properties) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if opening, err := d.Token(); err != nil || opening != json.Delim('{') {
		return errors.New("properties must be a JSON object")
	}
	var all Properties
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		all = append(all, Property{name.(string), value})
	}
	*p = Merge(all)
	return nil
}

// Merge returns the properties of all. Of a name that is there several times, the last value counts, in the place of the
// first. The result is never nil.
func Merge(all ...Properties) Properties {
	merged, places := Properties{}, map[string]int{}
	for _, p := range slices.Concat(all...) {
		place, known := places[p.Name]
		if known {
			merged[place] = p
			continue
		}
		places[p.Name] = len(merged)
		merged = append(merged, p)
	}
	return merged
}

// MarshalJSON writes an object.
func (p Properties) MarshalJSON() ([]byte, error) {
	text := []byte{'{'}
	for i, property := range p {
		name, err := json.Marshal(property.Name)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			text = append(text, ',')
		}
		text = append(append(append(text, name...), ':'), property.Value...)
	}
	return append(text, '}'), nil
}

// PropertyRules say which properties a user may have. The zero value allows none; see [ParsePropertyRules].
type PropertyRules struct {
	types         map[string]string // by the property's name
	subset, other bool              // properties may be missing, and may have other names
}

// types are the types of values, as Thunder's JSON parser reads them.
var types = map[string]func(value json.RawMessage) bool{
	"string":  func(v json.RawMessage) bool { return v[0] == '"' },
	"integer": isInteger,
	"boolean": func(v json.RawMessage) bool { return v[0] == 't' || v[0] == 'f' },
	"double":  func(v json.RawMessage) bool { return isNumber(v) && bytes.ContainsAny(v, ".eE") },
	"list":    func(v json.RawMessage) bool { return v[0] == '[' },
	"map":     func(v json.RawMessage) bool { return v[0] == '{' },
	"object":  func(v json.RawMessage) bool { return v[0] != 'n' }, // anything but null
}

func isNumber(v json.RawMessage) bool { return v[0] == '-' || '0' <= v[0] && v[0] <= '9' }

// isInteger accepts integers of 32 bits.
func isInteger(v json.RawMessage) bool {
	n, err := strconv.ParseInt(string(v), 10, 64)
	return err == nil && math.MinInt32 <= n && n <= math.MaxInt32
}

// ParsePropertyRules parses a setting such as {"allowed":[{"name":"plan","type":"string"}],"allowSubset":false}. Its
// last two members, allowSubset and allowSuperset, are true if they are missing. An empty text allows everything.
func ParsePropertyRules(text string) (PropertyRules, error) {
	setting := struct {
		Allowed []struct {
			Name string `json:"name"`
			Type string `json:"type"`
		} `json:"allowed"`
		AllowSubset   bool `json:"allowSubset"`
		AllowSuperset bool `json:"allowSuperset"`
	}{AllowSubset: true, AllowSuperset: true}
	if text != "" {
		d := json.NewDecoder(strings.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&setting); err != nil || d.More() {
			return PropertyRules{}, errors.New(`it must be JSON such as {"allowed":[{"name":"plan","type":"string"}]}`)
		}
	}
	rules := PropertyRules{types: map[string]string{}, subset: setting.AllowSubset, other: setting.AllowSuperset}
	for _, a := range setting.Allowed {
		if _, known := types[a.Type]; !known {
			return PropertyRules{}, fmt.Errorf("the type of %q is %q: it must be string, integer, boolean, double, list, map or object", a.Name, a.Type)
		}
		if _, twice := rules.types[a.Name]; twice || a.Name == "" || IsReserved(a.Name) {
			return PropertyRules{}, fmt.Errorf("%q is there twice or is no name of a property", a.Name)
		}
		rules.types[a.Name] = a.Type
	}
	return rules, nil
}

// Allow reports whether a user may have the properties. Nobody may have a property with the name of another member of
// the user.
func (r PropertyRules) Allow(all Properties) bool {
	named := 0
	for _, p := range all {
		want, known := r.types[p.Name]
		if known {
			named++
		}
		if IsReserved(p.Name) || known && !types[want](p.Value) || !known && !r.other {
			return false
		}
	}
	return r.subset || named == len(r.types)
}
