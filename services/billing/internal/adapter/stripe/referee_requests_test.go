package stripe_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stripe/stripe-mock/spec"

	"muster/deploy/stripefake"
)

// Every route of the fake is sent a request that it takes, and that request with each of Stripe's parameters, with wrong
// types, with unknown names and without what is required. The referee must say the same. It knows neither objects nor the
// rules between parameters, so where it takes what the fake refuses, the fake's reason must be one of these.
func TestTheFakeRefusesWhatTheRefereeRefuses(t *testing.T) {
	t.Parallel()
	judge := referee(t)
	d := stripesDescription(t)
	seen, page := map[string]int{}, parameters{}
	for _, route := range stripefake.Routes() {
		base, known := bases[route]
		if !known {
			t.Errorf("%s has no request to begin with", route)
			continue
		}
		method, pattern, _ := strings.Cut(route, " ")
		s := newSeed(t)
		for _, c := range casesOf(t, d, route, base.params(s)) {
			path := strings.Replace(pattern, "{id}", s.ids[base.id], 1)
			answer := record(s.fake, method, path, c.params)
			if c.kind == "sent" {
				page.note(t, route, answer)
			}
			got, refusal := answer.Code, refusalIn(t, answer)
			want, _ := verdict(judge, method, path, c.params)
			seen[c.kind]++
			switch {
			case c.kind == "base" && (got != want || got != http.StatusOK):
				t.Errorf("%s: the fake says %d (%s), the referee %d", route, got, refusal.Message, want)
			case got < 300 && want >= 300:
				t.Errorf("%s, %s: the fake takes what the referee refuses", route, c.name)
			case got >= 300 && want < 300 && reasonOf(route, c.name, refusal) == "":
				t.Errorf("%s, %s: the referee takes what the fake refuses: %s %s %s", route, c.name, refusal.Code, refusal.Param, refusal.Message)
			case got >= 300 && want >= 300 && (got != http.StatusBadRequest || refusal.Type != "invalid_request_error"):
				t.Errorf("%s, %s: refused with %d %s", route, c.name, got, refusal.Type)
			}
			if got < 300 && method != http.MethodGet && (base.id != "" || path == "/v1/refunds") {
				s = newSeed(t) // it has changed an object
			}
		}
	}
	for kind, least := range map[string]int{"base": 60, "sent": 500, "wrong type": 500, "unknown": 200, "missing": 13} {
		if seen[kind] < least {
			t.Errorf("only %d requests of the kind %q: %v", seen[kind], kind, seen)
		}
	}
	page.check(t)
}

// refusal is Stripe's error object.
type refusal struct{ Type, Code, Param, Message string }

// reasonOf tells why the fake may refuse what the referee takes; empty if there is no reason.
func reasonOf(route, name string, r refusal) string {
	switch r.Code {
	case "unsupported_by_this_server":
		return "the fake does not have it; LIMITS.md lists it"
	case "resource_missing":
		return "the referee has no objects"
	case "parameter_unknown":
		if strings.Contains(r.Param, "[") {
			return "the referee lets unknown names below the first level pass"
		}
	}
	for part, reason := range rulesBeyondTheDescription {
		if strings.Contains(r.Message, part) {
			return reason
		}
	}
	return ""
}

// request is a variation of a route's first request.
type requestCase struct {
	kind, name string
	params     url.Values
}

// casesOf returns the first request of a route and its variations.
func casesOf(t *testing.T, d *spec.Spec, route string, base url.Values) []requestCase {
	t.Helper()
	operation := operationOf(d, route)
	schema := &spec.Schema{Type: spec.TypeObject}
	if strings.HasPrefix(route, "GET ") {
		schema = spec.BuildQuerySchema(operation)
	} else if body := operation.RequestBody; body != nil {
		for _, content := range body.Content {
			schema = content.Schema
		}
	}
	cases := []requestCase{{"base", "as it is", base}}
	for _, name := range schema.Required {
		cases = append(cases, requestCase{"missing", "without " + name, without(base, name)})
	}
	add := func(kind, path, value string) {
		params := maps.Clone(base)
		params.Set(path, value)
		cases = append(cases, requestCase{kind, path + "=" + value, params})
	}
	add("unknown", "no_such_parameter", "1")
	vary(schema, "", 0, add)
	return cases
}

// vary calls add for each parameter below an object: with a value of its type, with one of another type, and with an
// unknown name below it.
func vary(schema *spec.Schema, path string, depth int, add func(kind, path, value string)) {
	const deepest = 3
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		p := schema.Properties[name]
		at := name
		if path != "" {
			at = path + "[" + name + "]"
		}
		if name == "expand" {
			add("wrong type", at, "wrong")
			continue
		}
		if below, value := sample(p, ""); !typesOf(p)["empty"] {
			add("sent", at+below, value)
		}
		switch kind := typesOf(p); {
		case kind["object"] && !kind["open"]:
			add("unknown", at+"[no_such_parameter]", "1")
			if !kind["string"] {
				add("wrong type", at, "wrong")
			}
		case kind["array"], kind["open"]:
			add("wrong type", at, "wrong")
		case kind["string"]:
			add("wrong type", at+"[hash]", "1")
		default:
			add("wrong type", at, "wrong")
		}
		if depth < deepest {
			for _, b := range append([]*spec.Schema{p}, p.AnyOf...) {
				if b.Type == spec.TypeObject {
					vary(b, at, depth+1, add)
				} else if b.Items != nil && b.Items.Type == spec.TypeObject {
					vary(b.Items, at+"[0]", depth+1, add)
				}
			}
		}
	}
}

// typesOf returns the types that a parameter may have. A word of a list of words is not a string, "open" is an object
// with any names, "empty" one without members.
func typesOf(s *spec.Schema) map[string]bool {
	types := map[string]bool{}
	for _, b := range append([]*spec.Schema{s}, s.AnyOf...) {
		switch {
		case b.Type == spec.TypeString && len(b.Enum) > 0:
			types["word"] = true
		case b.Type == spec.TypeObject && b.AdditionalProperties != nil:
			types["open"] = true
		case b.Type == spec.TypeObject && len(b.Properties) == 0:
			types["empty"] = true
		case b.Type != "":
			types[b.Type] = true
		}
	}
	return types
}

// sample returns a value of a parameter's type, and the path below the parameter at which it is.
func sample(s *spec.Schema, path string) (below, value string) {
	switch {
	case len(s.AnyOf) > 0:
		return sample(s.AnyOf[0], path)
	case len(s.Enum) > 0:
		for _, word := range s.Enum {
			if word != "" {
				return path, fmt.Sprint(word)
			}
		}
		return path, ""
	case s.Type == spec.TypeArray:
		return sample(s.Items, path+"[0]")
	case s.Type == spec.TypeObject:
		names := slices.Sorted(maps.Keys(s.Properties))
		if len(s.Required) > 0 {
			names = s.Required
		}
		if len(names) == 0 {
			return path + "[name]", "x"
		}
		return sample(s.Properties[names[0]], path+"["+names[0]+"]")
	}
	return path, map[string]string{spec.TypeBoolean: "true", spec.TypeInteger: "1", spec.TypeNumber: "1.5", spec.TypeString: "x"}[s.Type]
}

// without returns the parameters without one and everything below it.
func without(params url.Values, name string) url.Values {
	rest := url.Values{}
	for at, values := range params {
		if at != name && !strings.HasPrefix(at, name+"[") {
			rest[at] = values
		}
	}
	return rest
}

// verdict asks a handler whether it takes a request.
func verdict(h http.Handler, method, path string, params url.Values) (int, []byte) {
	w := record(h, method, path, params)
	return w.Code, w.Body.Bytes()
}

func record(h http.Handler, method, path string, params url.Values) *httptest.ResponseRecorder {
	var r *http.Request
	if method == http.MethodGet {
		r = httptest.NewRequest(method, path+"?"+params.Encode(), http.NoBody)
	} else {
		r = httptest.NewRequest(method, path, strings.NewReader(params.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Authorization", "Bearer sk_test_muster")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// seed is a fake with one object of each kind.
type seed struct {
	t    *testing.T
	fake http.Handler
	ids  map[string]string
}

func refusalIn(t *testing.T, w *httptest.ResponseRecorder) refusal {
	t.Helper()
	var answer struct{ Error refusal }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Errorf("%s: %v", w.Body, err)
	}
	return answer.Error
}

// make creates an object under a name; params are alternating names and values, of which "{name}" is an id.
func (s *seed) make(name, path string, params ...string) {
	s.t.Helper()
	code, body := verdict(s.fake, http.MethodPost, s.fill(path), s.values(params...))
	var object struct{ ID string }
	if err := json.Unmarshal(body, &object); err != nil || code != http.StatusOK {
		s.t.Fatalf("%s: %d %s", path, code, body)
	}
	s.ids[name] = object.ID
}

func (s *seed) fill(text string) string {
	for name, id := range s.ids {
		text = strings.ReplaceAll(text, "{"+name+"}", id)
	}
	return text
}

func (s *seed) values(params ...string) url.Values {
	values := url.Values{}
	for i := 0; i < len(params); i += 2 {
		values.Set(params[i], s.fill(params[i+1]))
	}
	return values
}
