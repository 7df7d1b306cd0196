package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	lowv3 "github.com/pb33f/libopenapi/datamodel/low/v3"
	whatchanged "github.com/pb33f/libopenapi/what-changed"
	"github.com/pb33f/libopenapi/what-changed/model"
)

// acceptedDocument is the last document whose changes were accepted. `make api-accept` makes it the present one.
const acceptedDocument = "testdata/accepted.json"

// TestNoChangeBreaksAClient compares the document with the accepted one.
func TestNoChangeBreaksAClient(t *testing.T) {
	text, err := document(t).JSON()
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := os.ReadFile(acceptedDocument)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range breaking(t, accepted, []byte(text)) {
		t.Errorf("a change breaks clients: %s; if it must be, accept it with `make api-accept`", change)
	}
}

// breaking returns the changes from one document to another that break a client.
func breaking(t *testing.T, from, to []byte) []string {
	t.Helper()
	changes := whatchanged.CompareOpenAPIDocuments(modelOf(t, withTypes(t, from)), modelOf(t, withTypes(t, to)))
	if changes == nil {
		return nil
	}
	var found []string
	for _, c := range changes.GetAllChanges() {
		if c.Breaking {
			found = append(found, describe(c))
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// withTypes writes what is a type or null as a list of types, whose changes the comparison understands.
func withTypes(t *testing.T, text []byte) []byte {
	t.Helper()
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	rewrite(document)
	rewritten, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return rewritten
}

func rewrite(value any) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			rewrite(item)
		}
	case map[string]any:
		for _, member := range v {
			rewrite(member)
		}
		forms, _ := v["anyOf"].([]any)
		if len(forms) != 2 {
			return
		}
		first, _ := forms[0].(map[string]any)
		second, _ := forms[1].(map[string]any)
		if name, typed := first["type"].(string); typed && second["type"] == "null" {
			delete(v, "anyOf")
			maps.Copy(v, first)
			v["type"] = []any{name, "null"}
		}
	}
}

func describe(c *model.Change) string {
	line := 0
	if c.Context != nil && c.Context.OriginalLine != nil {
		line = *c.Context.OriginalLine
	}
	return fmt.Sprintf("%s: %q becomes %q (line %d)", c.Property, c.Original, c.New, line)
}

func modelOf(t *testing.T, text []byte) *lowv3.Document {
	t.Helper()
	document, err := libopenapi.NewDocument(text)
	if err != nil {
		t.Fatal(err)
	}
	built, err := document.BuildV3Model()
	if err != nil {
		t.Fatal(err)
	}
	return built.Model.GoLow()
}

// TestWhatBreaksAClient holds the comparison to changes that break a client and to others that do not.
func TestWhatBreaksAClient(t *testing.T) {
	all, err := document(t).JSON()
	if err != nil {
		t.Fatal(err)
	}
	type object = map[string]any
	var some object // a comparison of all routes takes seconds
	if err := json.Unmarshal([]byte(all), &some); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(some["paths"].(object), func(path string, _ any) bool {
		return !slices.Contains([]string{"/api/users", "/api/users/me", "/api/auth/login", "/api/auth/register", "/api/billing/plans"}, path)
	})
	text, err := json.Marshal(some)
	if err != nil {
		t.Fatal(err)
	}
	at := func(o any, path ...string) object {
		for _, name := range path {
			o = o.(object)[name]
		}
		return o.(object)
	}
	schema := func(d object, name string) object { return at(d, "components", "schemas", name) }
	for _, test := range []struct {
		name   string
		breaks bool
		change func(d object)
	}{
		{"nothing", false, func(object) {}},
		{"another text", false, func(d object) { at(d, "paths", "/api/users", "get")["summary"] = "People" }},
		{"another route", false, func(d object) { at(d, "paths")["/api/new"] = at(d, "paths", "/api/users/me") }},
		{"another member of an answer", false, func(d object) { at(schema(d, "Plan"), "properties")["color"] = object{"type": "string"} }},
		{"another optional member of a request", false, func(d object) { at(schema(d, "LoginRequest"), "properties")["device"] = object{"type": "string"} }},
		{"a route less", true, func(d object) { delete(at(d, "paths"), "/api/users/me") }},
		{"a method less", true, func(d object) { delete(at(d, "paths", "/api/users/me"), "put") }},
		{"a member of an answer less", true, func(d object) { delete(at(schema(d, "Plan"), "properties"), "amount") }},
		{"another type of a member", true, func(d object) { at(schema(d, "Plan"), "properties", "amount")["type"] = "string" }},
		{"a member that can be null", true, func(d object) {
			at(schema(d, "Plan"), "properties")["amount"] = object{"anyOf": []any{object{"type": "integer"}, object{"type": "null"}}}
		}},
		{"a member more that a request needs", true, func(d object) {
			at(schema(d, "LoginRequest"), "properties")["device"] = object{"type": "string"}
			schema(d, "LoginRequest")["required"] = []any{"email", "password", "device"}
		}},
		{"an answer less", true, func(d object) { delete(at(d, "paths", "/api/users/me", "get", "responses"), "200") }},
		{"a narrower request", true, func(d object) { at(schema(d, "RegisterRequest"), "properties", "password")["maxLength"] = 64 }},
		{"a parameter less", true, func(d object) { delete(at(d, "paths", "/api/users/me", "get"), "parameters") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			var changed object
			if err := json.Unmarshal(text, &changed); err != nil {
				t.Fatal(err)
			}
			test.change(changed)
			to, err := json.Marshal(changed)
			if err != nil {
				t.Fatal(err)
			}
			if found := breaking(t, text, to); len(found) > 0 != test.breaks {
				t.Errorf("breaking changes: %s", strings.Join(found, "; "))
			}
		})
	}
}
