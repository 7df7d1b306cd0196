package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
)

type order struct {
	Name     string              `json:"name"`
	IsActive bool                `json:"isActive"`
	Emails   []string            `json:"emails"`
	Lines    []line              `json:"lines"`
	At       time.Time           `json:"at"`
	Price    *float64            `json:"price"`
	Limit    web.Member[int64]   `json:"limit"`
	Any      web.Member[rawJSON] `json:"any"`
}

type rawJSON = json.RawMessage

type line struct {
	ID int64 `json:"id"`
}

func orders(seen *order) http.Handler {
	e := web.New(web.Options{Service: "test", Logger: quiet})
	e.POST("/orders", func(c *gin.Context) {
		in, err := web.Bind[order](c)
		if err != nil {
			web.Fail(c, err)
			return
		}
		*seen = in
	})
	return e
}

func TestWhatIsWrongWithABody(t *testing.T) {
	h := orders(new(order))
	for body, want := range map[string]struct{ field, message string }{
		`{"emails":5}`:                            {"emails", "must be an array, not a number"},
		`{"emails":[5]}`:                          {"emails[0]", "must be a string, not a number"},
		`{"emails":["a",{}]}`:                     {"emails[1]", "must be a string, not an object"},
		`{"emails":"a"}`:                          {"emails", "must be an array, not a string"},
		`{"lines":[{"id":1},{"id":"2"}]}`:         {"lines[1].id", "must be an integer, not a string"},
		`{"lines":[[]]}`:                          {"lines[0]", "must be a JSON object, not an array"},
		`{"lines":[{"id":1.5}]}`:                  {"lines[0].id", "must be an integer"},
		`{"lines":[{"id":99999999999999999999}]}`: {"lines[0].id", "must be an integer"},
		`{"isActive":"yes"}`:                      {"isActive", "must be true or false, not a string"},
		`{"name":true}`:                           {"name", "must be a string, not true"},
		`{"at":"yesterday"}`:                      {"at", "must be an RFC 3339 time"},
		`{"at":5}`:                                {"at", "must be an RFC 3339 time, not a number"},
		`{"price":"5"}`:                           {"price", "must be a number, not a string"},
		`{"limit":"5"}`:                           {"limit", "must be an integer, not a string"},
		`{"name":"a","name":"b"}`:                 {"name", "is there more than once"},
		`{"lines":[{"id":1,"id":1}]}`:             {"lines[0].id", "is there more than once"},
		`{"unknown":{"a":1,"a":2}}`:               {"unknown.a", "is there more than once"},
		`{"any":{"a":1,"a":2}}`:                   {"any.a", "is there more than once"},
		"{\"name\":\"Zo\xeb\"}":                   {"body", "must be UTF-8"},
		"{\"unknown\":\"Zo\xeb\"}":                {"body", "must be UTF-8"},
		`{"name":"\ud800"}`:                       {"body", "is not valid JSON (near byte 9)"},
		`{"name":"a"`:                             {"body", "is not valid JSON (near byte 11)"},
		`{"name":"a"} {}`:                         {"body", "is not valid JSON (near byte 13)"},
		`[]`:                                      {"body", "must be a JSON object, not an array"},
		`null`:                                    {"body", "must be a JSON object"},
	} {
		w, answer := do(t, h, "POST", "/orders", "application/json", body)
		errors, _ := answer["errors"].(map[string]any)
		if w.Code != 400 || answer["code"] != "VALIDATION_FAILED" || answer["message"] != want.field+": "+want.message || errors[want.field] != want.message {
			t.Errorf("%s: %d %s, want %s: %s", body, w.Code, w.Body, want.field, want.message)
		}
	}
}

func TestNamesOfMembersAreExact(t *testing.T) {
	var seen order
	h := orders(&seen)
	w, _ := do(t, h, "POST", "/orders", "application/json", `{"isactive":true,"ISACTIVE":true,"NAME":"x","name":"Ada","Emails":5,"limit":null,"any":[1, 2]}`)
	if w.Code != 200 || seen.IsActive || seen.Name != "Ada" || seen.Emails != nil || !seen.Limit.Given || seen.Limit.Value != nil ||
		!seen.Any.Given || seen.Any.Value == nil || strings.ReplaceAll(string(*seen.Any.Value), " ", "") != "[1,2]" {
		t.Errorf("%d %s %+v", w.Code, w.Body, seen)
	}
	seen = order{}
	if w, _ := do(t, h, "POST", "/orders", "application/json", ` {"limit":7} `); w.Code != 200 || seen.Any.Given || *seen.Limit.Value != 7 {
		t.Errorf("%d %s %+v", w.Code, w.Body, seen)
	}
}
