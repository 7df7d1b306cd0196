package e2e_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Characters special to SQL, LIKE, JSON, Unicode or a terminal are ordinary text in a filter: it finds the rows that
// contain them.
func TestHostileTextsAreTexts(t *testing.T) {
	texts := []string{
		`%`, `%%`, `_`, `__`, `\`, `\\`, `\%`, `\_`, `0%`, `%0`, `r_s`, `k\s`, `"`, `'`, `''`, `';`, `--`, `/*`, `o'n`, `"te'`, `1 OR 1=1`, `' OR '1'='1`, `'; DROP TABLE users; --`,
		`$1`, `?`, `@name`, `:name`, `{{`, `${7*7}`, `<b>`, `&amp;`, `&`, `+`, `#`, `/`, `..`, "\t", "\n", "\r\n", "\x01", "\x7f", "\x1b[31m",
		"😀", "\U0001F600", "é", "e\u0301", "\u0301", "Zoë", "Zoe\u0308", "ß", "ss", "ẞ", "ς", "σ", "Σ", "İ", "\u200b", "\ufeff", "\u202e", "\ufffd", "\U0010ffff", " ", "  ",
		"null", "!null", "true", "[]", "{}", strings.Repeat("x", 1000), strings.Repeat("é", 1000), strings.Repeat("%", 1000), strings.Repeat(`\`, 999), strings.Repeat("😀", 1000),
	}
	each(t, func(t *testing.T, c *client, m *model) {
		for _, text := range texts {
			for _, name := range []string{"q", "username", "firstName"} {
				q := question{filter: object{name: text}}
				if problem := m.ask(c, q); problem != "" {
					t.Errorf("%s=%.80q: %s", name, text, problem)
				}
			}
		}
	})
}

// An invalid filter is refused as the contract says, names the problem, and is never a 500.
func TestHostileFiltersAreRefused(t *testing.T) {
	deep := func(n int, open, inside, closed string) string {
		return strings.Repeat(open, n) + inside + strings.Repeat(closed, n)
	}
	ids := "[" + strings.TrimSuffix(strings.Repeat("1,", 1001), ",") + "]"
	filters := map[string]string{ // filter: the field that the answer names
		`{"username":"\u0000"}`: "filter.username", `{"q":"a\u0000b"}`: "filter.q", "{\"username\":\"\x00\"}": "filter", "{\"username\":\"\x01\"}": "filter",
		"{\"username\":\"\xff\"}": "filter", "{\"\xc3\x28\":1}": "filter", "\xff\xfe": "filter", "{\"q\":\"\xed\xa0\x80\"}": "filter",
		`{"username":"a","username":"b"}`: "filter", `{"username":"a","\u0075sername":"b"}`: "filter", `{"id":{"from":1,"from":2}}`: "filter.id",
		`{"username; DROP TABLE users; --":"x"}`: "filter", `{"u.username":"x"}`: "filter", `{"password":"x"}`: "filter", `{"password_hash":"x"}`: "filter", `{"":"x"}`: "filter",
		`{"username":"` + strings.Repeat("x", 1001) + `"}`: "filter.username", `{"q":"` + strings.Repeat("x", 10_000) + `"}`: "filter.q", `{"` + strings.Repeat("x", 10_000) + `":1}`: "filter",
		deep(10_000, "[", "", "]"): "filter", deep(3_000, `{"a":`, "1", "}"): "filter", `{"id":` + deep(9_000, "[", "1", "]") + `}`: "filter.id", strings.Repeat("[", 20_000): "filter",
		`{"username":["a","b"]}`: "filter.username", `{"username":{"like":"%"}}`: "filter.username", `{"username":1}`: "filter.username", `{"username":true}`: "filter.username",
		`{"id":"1 OR 1=1"}`: "filter.id", `{"id":"0x1"}`: "filter.id", `{"id":1.5}`: "filter.id", `{"id":1e3}`: "filter.id", `{"id":9223372036854775808}`: "filter.id", `{"id":[1,"x"]}`: "filter.id",
		`{"id":[[1]]}`: "filter.id", `{"id":{"from":"one"}}`: "filter.id", `{"id":{"gt":1}}`: "filter.id", `{"id":{}}`: "filter.id", `{"id":` + ids + `}`: "filter.id", `{"id":NaN}`: "filter",
		`{"isActive":"true"}`: "filter.isActive", `{"isActive":1}`: "filter.isActive", `{"isActive":[true,"x"]}`: "filter.isActive", `{"isActive":"!null"}`: "filter.isActive",
		`{"q":1}`: "filter.q", `{"q":["a"]}`: "filter.q", `{"q":null}`: "filter.q",
		``: "", `{`: "filter", `{}x`: "filter", `{}{}`: "filter", `[]`: "filter", `null`: "filter", `"x"`: "filter", `1`: "filter", `{'username':'x'}`: "filter", `{"username":"x",}`: "filter", `{username:"x"}`: "filter",
	}
	each(t, func(t *testing.T, c *client, m *model) {
		for filter, field := range filters {
			a := rawGet(t, c, m.path+"?filter="+url.QueryEscape(filter))
			designed(t, fmt.Sprintf("%s filter=%.80q", m.path, filter), nil, a)
			if field == "" {
				if a.status != http.StatusOK {
					t.Errorf("filter=%q: %s", filter, a)
				}
				continue
			}
			if fields := fieldsOf(a); a.status != http.StatusBadRequest || a.body["code"] != "VALIDATION_FAILED" || fields[field] == "" || len(fields) != 1 {
				t.Errorf("filter=%.80q: %.500s, want 400 naming %s", filter, a, field)
			}
			if len(a.text) > 5_000 {
				t.Errorf("filter=%.80q: an answer of %d bytes", filter, len(a.text))
			}
		}
		if problem := m.ask(c, question{}); problem != "" { // the list still works after all that
			t.Error(problem)
		}
	})
}

// fieldsOf returns the messages of a failed validation by field.
func fieldsOf(a answer) map[string]string {
	fields := map[string]string{}
	entries, _ := a.body["fields"].([]any)
	for _, entry := range entries {
		o, _ := entry.(object)
		name, _ := o["field"].(string)
		fields[name], _ = o["message"].(string)
	}
	return fields
}

// Values of the wrong kind are refused for every filterable field, and the answer says what is allowed. So are
// unsortable fields and unknown names.
func TestEveryFieldRefusesWhatItIsNot(t *testing.T) {
	wrong := map[kind][]any{
		aText:   {1, true, []any{"a"}, object{"from": "a"}, []any{}},
		aCode:   {1, true, object{"from": "a"}, []any{1}, []any{[]any{"a"}}},
		aBool:   {"true", 1, object{"from": true}, []any{"true"}, []any{1}},
		aNumber: {"x", "1.0", "-1", true, []any{"one"}, object{}, object{"from": ""}, object{"from": 1, "until": 2}},
		aDate: {1, true, "yesterday", "2023-02-29", "2023-13-01", "2023-1-5", "2023-01-15 08:30:00", "2023-01-15T08:30:00", "2023-01-15T25:00:00Z", "", []any{}, []any{"2023-01-15"},
			[]any{"2023-01-01", "2023-01-02", "2023-01-03"}, []any{1, 2}, object{}, object{"from": 1}, object{"since": "2023-01-01"}, "2023-01-01..x", "2023-01-01..2023-01-02..2023-01-03", "01/15/2023"},
	}
	each(t, func(t *testing.T, c *client, m *model) {
		refused := func(query, field, mention string) {
			t.Helper()
			a := c.do("GET", query, nil)
			if message := fieldsOf(a)[field]; a.status != http.StatusBadRequest || a.body["code"] != "VALIDATION_FAILED" || !strings.Contains(message, mention) {
				t.Errorf("%s: %s, want 400 naming %s and %q", query, a, field, mention)
			}
		}
		for _, f := range m.fields {
			for _, value := range wrong[f.kind] {
				refused(list(m.path, encode(object{f.name: value}), ""), "filter."+f.name, "must be")
			}
			if !f.nullable && f.kind != aText {
				for _, value := range []any{nil, "null", "!null"} {
					if f.kind != aCode || value == nil {
						refused(list(m.path, encode(object{f.name: value}), ""), "filter."+f.name, "must be")
					}
				}
			}
		}
		for _, sort := range []string{
			`["nosuch","ASC"]`, `["id; --","ASC"]`, `["u.id","ASC"]`, `["password_hash","ASC"]`, `["",""]`, `["id","ASC NULLS FIRST"]`, `["id","SIDEWAYS"]`, `["id",""]`, `["id"]`, `["id","ASC","email"]`,
			`[]`, `[[]]`, `[["id"]]`, `[["id","ASC","DESC"]]`, `["id",null]`, `[null,null]`, `["id","ASC","id","DESC"]`, `[["id","ASC"],"email","ASC"]`, `{"id":"ASC"}`, `"id"`, `id`, `[`, `null`, `1`,
		} {
			refused(list(m.path, "", sort), "sort", "")
		}
		refused(list(m.path, "", `["nosuch","ASC"]`), "sort", "id, ")
		refused(list(m.path, `{"nosuch":1}`, ""), "filter", "id, ")
		for name, values := range map[string][]string{
			"page":    {"0", "-1", "+1", "x", "1.0", "1e3", " 1", "0x1", "99999999999999999999", "null"},
			"perPage": {"0", "-1", "1001", "x", "1.5", "99999999999999999999"},
			"range":   {"[5,1]", "[-1,5]", "[0]", "[0,1,2]", "[0,1000]", `["0","9"]`, "[0.5,9]", "0,9", "{}", "x", "[null,null]", "[0,99999999999999999999]"},
		} {
			for _, value := range values {
				refused(list(m.path, "", "", name, value), name, "")
			}
		}
		refused(list(m.path, "", "", "range", "[0,9]", "page", "1"), "range", "")
		refused(m.path+"?page=1&page=2", "page", "")
		refused(m.path+"?filter={}&filter={}", "filter", "")
		all := fieldsOf(c.do("GET", list(m.path, `{"id":"x","nosuch":1}`, `["x","ASC"]`, "page", "0", "perPage", "0"), nil))
		for _, field := range []string{"page", "perPage", "sort", "filter.id", "filter"} {
			if all[field] == "" {
				t.Errorf("of all that is wrong at once, %s is not told: %v", field, all)
			}
		}
	})
}
