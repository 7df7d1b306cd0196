package thunder_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"muster/services/gateway/internal/thunder"
)

const bothRules = `"allowed":[{"name":"plan","type":"string"},{"name":"seats","type":"integer"}]`

func TestPropertyRules(t *testing.T) {
	modes := map[string]string{
		"exactly": `{` + bothRules + `,"allowSubset":false,"allowSuperset":false}`,
		"subset":  `{` + bothRules + `,"allowSuperset":false}`,
		"more":    `{` + bothRules + `,"allowSubset":false}`,
		"typed":   `{` + bothRules + `}`,
		"none":    ``,
		"nothing": `{"allowSuperset":false}`,
		"empty":   `{}`,
	}
	for _, test := range []struct {
		properties string
		allowedIn  string
	}{
		{`{"plan":"gold","seats":3}`, "exactly subset more typed none empty"},
		{`{"plan":"gold"}`, "subset typed none empty"},
		{`{}`, "subset typed none nothing empty"},
		{`{"plan":"gold","seats":3,"team":"red"}`, "more typed none empty"},
		{`{"plan":"gold","team":"red"}`, "typed none empty"}, // as many as the rules name
		{`{"team":"red"}`, "typed none empty"},
		{`{"plan":"gold","seats":"3"}`, "none empty"},
		{`{"plan":null}`, "none empty"},
		{`{"Plan":"gold","seats":3}`, "typed none empty"},
		{`{"email":"x"}`, ""},
		{`{"plan":"gold","seats":3,"password":"x"}`, ""},
	} {
		var properties thunder.Properties
		if err := json.Unmarshal([]byte(test.properties), &properties); err != nil {
			t.Fatal(err)
		}
		for mode, setting := range modes {
			rules, err := thunder.ParsePropertyRules(setting)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := rules.Allow(properties), contains(test.allowedIn, mode); got != want {
				t.Errorf("%s with %s: %t", mode, test.properties, got)
			}
		}
	}
}

// TestPropertyTypes has the types of the classes that Thunder's JSON parser makes of a value.
func TestPropertyTypes(t *testing.T) {
	for value, types := range map[string]string{
		`"text"`:      "string object",
		`""`:          "string object",
		`1`:           "integer object",
		`-7`:          "integer object",
		`2147483647`:  "integer object",
		`-2147483648`: "integer object",
		`2147483648`:  "object", // a Long in Java
		`1.5`:         "double object",
		`1e3`:         "double object",
		`1E3`:         "double object",
		`-1.0`:        "double object",
		`true`:        "boolean object",
		`false`:       "boolean object",
		`[1]`:         "list object",
		`{}`:          "map object",
		`null`:        "",
	} {
		for _, name := range []string{"string", "integer", "boolean", "double", "list", "map", "object"} {
			rules, err := thunder.ParsePropertyRules(`{"allowed":[{"name":"p","type":"` + name + `"}]}`)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := rules.Allow(thunder.Properties{{Name: "p", Value: json.RawMessage(value)}}), contains(types, name); got != want {
				t.Errorf("%s as %s: %t", value, name, got)
			}
		}
	}
}

func contains(words, word string) bool { return slices.Contains(strings.Fields(words), word) }

func TestPropertiesKeepTheirOrderAndValues(t *testing.T) {
	const text = `{"b":1.50,"a":{"x":[1,"<&>"]},"é\n":null}`
	var properties thunder.Properties
	if err := json.Unmarshal([]byte(text), &properties); err != nil {
		t.Fatal(err)
	}
	back, err := properties.MarshalJSON()
	if err != nil || string(back) != text {
		t.Errorf("%s, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`[1]`), &properties); err == nil {
		t.Error("a list was read as properties")
	}
}

func TestTheLastValueOfAPropertyCounts(t *testing.T) {
	var properties thunder.Properties
	if err := json.Unmarshal([]byte(`{"a":1,"b":2,"a":3}`), &properties); err != nil {
		t.Fatal(err)
	}
	merged := thunder.Merge(properties, thunder.Properties{{Name: "c", Value: json.RawMessage("4")}, {Name: "b", Value: json.RawMessage("5")}})
	for want, got := range map[string]thunder.Properties{`{"a":3,"b":2}`: properties, `{"a":3,"b":5,"c":4}`: merged, `{}`: thunder.Merge()} {
		if text, err := got.MarshalJSON(); err != nil || string(text) != want {
			t.Errorf("%s, %v; want %s", text, err, want)
		}
	}
}
