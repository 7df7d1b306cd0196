package listing_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"muster/libs/listing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"
)

// describedSchemas compiles what the list says of its JSON parameters.
func describedSchemas(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	schemas := map[string]*jsonschema.Schema{}
	for _, p := range things.Describe().Parameters {
		content, ok := p.Content["application/json"]
		if !ok {
			continue
		}
		encoded, err := json.Marshal(content.Schema)
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(encoded)))
		if err != nil {
			t.Fatal(err)
		}
		compiler := jsonschema.NewCompiler()
		if err := compiler.AddResource(p.Name+".json", document); err != nil {
			t.Fatal(err)
		}
		if schemas[p.Name], err = compiler.Compile(p.Name + ".json"); err != nil {
			t.Fatal(err)
		}
	}
	return schemas
}

func validate(t rapid.TB, schema *jsonschema.Schema, text string) error {
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return schema.Validate(document)
}

// The documents and the parser are made from one declaration and must say the same.
func TestWhatIsAcceptedIsDescribed(t *testing.T) {
	schemas := describedSchemas(t)
	rapid.Check(t, func(r *rapid.T) {
		filter, _ := filters(r)
		sort, _ := sorts(r)
		for name, value := range map[string]string{"filter": filter, "sort": sort, "range": "[0,24]"} {
			if value == "" {
				continue
			}
			if _, err := things.Parse(url.Values{name: {value}}); err != nil {
				r.Fatalf("%s=%s is refused: %v", name, value, err)
			}
			if err := validate(r, schemas[name], value); err != nil {
				r.Fatalf("%s=%s is not described: %v", name, value, err)
			}
		}
	})
}

func TestWhatIsDescribedAsWrongIsRefused(t *testing.T) {
	schemas := describedSchemas(t)
	for name, values := range map[string][]string{
		"range": {`[0]`, `[0,1,2]`, `[-1,2]`, `["0",1]`, `{}`},
		"sort":  {`[]`, `["id"]`, `[["id"]]`, `[[]]`, `{}`, `["id",1]`, `"id"`},
		"filter": {`[]`, `{"nope":1}`, `{"secret":"x"}`, `{"name":1}`, `{"name":null}`, `{"name":["a"]}`, `{"q":null}`, `{"code":"CCCC"}`, `{"code":null}`,
			`{"code":["AAAA",null]}`, `{"status":1}`, `{"active":"true"}`, `{"active":null}`, `{"id":"1"}`, `{"id":1.5}`, `{"id":{}}`, `{"id":{"until":1}}`,
			`{"id":{"from":"1"}}`, `{"id":null}`, `{"amount":["x"]}`, `{"rate":"1"}`, `{"made":1}`, `{"made":null}`, `{"made":[]}`, `{"made":["2023-01-01"]}`, `{"made":{}}`,
			`{"extra":"x"}`, `{"extra":null}`, `{"extra.":1}`, `{"extra.a..b":1}`, `{"extra.a b":1}`, `{"xextra.a":1}`, `{"extra.a":{}}`, `{"extra.a":[[1]]}`},
	} {
		for _, value := range values {
			if validate(t, schemas[name], value) == nil {
				t.Errorf("%s=%s is described", name, value)
			}
			refuse(t, url.Values{name: {value}})
		}
	}
}

func TestDescriptionNamesEverything(t *testing.T) {
	d := things.Describe()
	var names []string
	for _, p := range d.Parameters {
		names = append(names, p.Name)
		if p.In != "query" || p.Description == "" || (p.Schema == nil) == (p.Content == nil) {
			t.Errorf("%+v", p)
		}
	}
	if !slices.Equal(names, []string{"page", "perPage", "range", "sort", "filter"}) {
		t.Errorf("%v", names)
	}
	encoded, err := json.Marshal(d.Parameters)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"q":{"description":"Words, each of which is part of any of name, nick`, `"enum":["AAAA","bbbb"]`, `"maximum":1000`, `id breaks ties`, `"example":["id","DESC"]`} {
		if !strings.Contains(string(encoded), want) {
			t.Errorf("nothing is said of %s in %s", want, encoded)
		}
	}
	if strings.Contains(string(encoded), "secret") {
		t.Error("a field that nobody may use is described")
	}
	h := map[string][]string{}
	listing.Page[int]{Data: []int{1}, Total: 1}.WriteHeaders(h)
	for name := range h {
		if d.Headers[name].Description == "" {
			t.Errorf("the header %s is not described", name)
		}
	}
	if len(d.Headers) != len(h) {
		t.Errorf("%v", d.Headers)
	}
}
