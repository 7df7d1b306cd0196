// Package webtest holds APIs to what all of them promise.
package webtest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"muster/libs/web"
)

// Send sends a JSON body to a route, as somebody who may call it.
type Send func(method, path, body string) *httptest.ResponseRecorder

// hostile are bodies of any route.
var hostile = []string{
	``, `{}`, `null`, `[]`, `"x"`, `{"email":`, `{"email":"a@example.com","email":"b@example.com"}`, `{"email":"\u0000"}`, "{\"email\":\"\xff\"}",
	`{"email":1e999}`, strings.Repeat(`{"a":`, 2000) + `1` + strings.Repeat(`}`, 2000), `{"email":"` + strings.Repeat("a", 70000) + `@example.com"}`,
}

// FuzzBodies sends any body to any of the routes that bind one. Whatever it is, the answer is no failure of the service, and
// a refusal is JSON with a message. send makes what sends the bodies of one execution.
func FuzzBodies(f *testing.F, routes []web.Route, send func(t *testing.T) Send) {
	f.Helper()
	var bound []web.Route
	for _, r := range routes {
		if r.Body != nil {
			bound = append(bound, r)
		}
	}
	if len(bound) == 0 || len(bound) > 256 {
		f.Fatalf("%d routes bind a body", len(bound))
	}
	for i, r := range bound {
		sample, err := json.Marshal(sampleOf(reflect.TypeOf(r.Body), 0))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), sample)
	}
	for i, body := range hostile {
		f.Add(uint8(i%len(bound)), []byte(body))
	}
	f.Fuzz(func(t *testing.T, route uint8, body []byte) {
		r := bound[int(route)%len(bound)]
		w := send(t)(r.Method, somePath(r.Path), string(body))
		if w.Code >= http.StatusInternalServerError && w.Code != http.StatusNotImplemented {
			t.Fatalf("%s %s: %d %s", r.Method, r.Path, w.Code, w.Body)
		}
		if w.Code < http.StatusBadRequest {
			return
		}
		var refusal struct {
			Message string `json:"message"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &refusal); err != nil || refusal.Message == "" {
			t.Fatalf("%s %s: %d %s", r.Method, r.Path, w.Code, w.Body)
		}
	})
}

var parameter = regexp.MustCompile(`:\w+`)

// somePath fills the parameters of a path.
func somePath(path string) string { return parameter.ReplaceAllString(path, "1") }

// deepest is how deep samples go.
const deepest = 5

// sampleOf is a JSON value that decodes into the type, with every member of its structs.
func sampleOf(t reflect.Type, depth int) any {
	if depth > deepest {
		return nil
	}
	switch t.Kind() {
	case reflect.Pointer:
		return sampleOf(t.Elem(), depth)
	case reflect.String:
		return "ada@example.com"
	case reflect.Bool:
		return true
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return map[string]any{"x": 1}
		}
		return []any{sampleOf(t.Elem(), depth+1)}
	case reflect.Struct:
		if value, found := t.FieldByName("Value"); found && t.NumField() == 2 { // a web.Member
			return sampleOf(value.Type, depth)
		}
		return membersOf(t, depth)
	case reflect.Map, reflect.Interface:
		return map[string]any{"x": 1}
	default:
		return 1
	}
}

func membersOf(t reflect.Type, depth int) any {
	members := map[string]any{}
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name != "" && name != "-" {
			members[name] = sampleOf(field.Type, depth+1)
		}
	}
	if len(members) == 0 {
		return "2026-01-02T03:04:05Z" // a time
	}
	return members
}
