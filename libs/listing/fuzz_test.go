package listing_test

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"muster/libs/errs"
	"muster/libs/listing"
)

// accept checks what must hold for every input: it is refused as failed validation, or it becomes SQL of the program's
// own with as many arguments as placeholders. It returns whether it was accepted.
func accept(t *testing.T, v url.Values) (listing.Query, bool) {
	t.Helper()
	q, err := things.Parse(v)
	if err != nil {
		e, ok := errors.AsType[*errs.Error](err)
		if !ok || e.Kind != errs.KindInvalid || e.Code != "VALIDATION_FAILED" || len(e.Fields) == 0 || len(e.Message) > 1000 || !utf8.ValidString(e.Message) {
			t.Errorf("%q: %#v", v, err)
		}
		return q, false
	}
	where, args := q.Where()
	if problem := foreign(where, whereWords); problem != "" {
		t.Errorf("%q: WHERE %s: %s", v, where, problem)
	}
	if problem := foreign(q.OrderBy(), orderWords); problem != "" {
		t.Errorf("%q: ORDER BY %s: %s", v, q.OrderBy(), problem)
	}
	if strings.Count(where, "?") != len(args) {
		t.Errorf("%q: %s with %d arguments", v, where, len(args))
	}
	for _, arg := range args {
		if !storable(arg) {
			t.Errorf("%q: the argument %#v is nothing that PostgreSQL takes", v, arg)
		}
	}
	return q, true
}

// The words that the SQL of things is made of: nothing else may stand in it, wherever it came from.
var (
	keys       = `upper\(lower\(t\.(?:name|nick) COLLATE "und-x-icu"\)\)`
	whereWords = regexp.MustCompile(`^(?:jsonb_path_exists\(t\.extra, \?::jsonpath, '\{\}', TRUE\) IS (?:NOT )?TRUE|t\.extra @> (?:ANY)?|\?::jsonb\b(?:\[\])?|` +
		`TRUE|FALSE| AND | OR | IS NULL| IS NOT NULL| LIKE | = ANY|(?: (?:=|>=|<=|<) )|` + keys + `|` +
		`upper\(lower\(\?::text COLLATE "und-x-icu"\)\)|\?::(?:text|bigint|numeric|boolean|timestamptz)\b(?:\[\])?|` +
		`t\.(?:id|name|nick|code|status|active|amount|rate|made|seen)\b|[()])`)
	orderWords = regexp.MustCompile(`^(?:, | DESC| NULLS LAST|lower\(t\.(?:name|nick|code|status) COLLATE "und-x-icu"\)|t\.(?:id|active|amount|rate|made|seen)\b)`)
)

// foreign reads sql word by word and says what in it is no word of the grammar's; empty when all is, and its parentheses
// are paired.
func foreign(sql string, words *regexp.Regexp) string {
	depth := 0
	for rest := sql; rest != ""; {
		word := words.FindString(rest)
		switch word {
		case "":
			return fmt.Sprintf("foreign words at %q", rest)
		case "(":
			depth++
		case ")":
			depth--
		}
		if depth < 0 {
			return "a parenthesis is closed that was not opened"
		}
		rest = rest[len(word):]
	}
	if depth != 0 {
		return "a parenthesis is not closed"
	}
	return ""
}

// storable says whether PostgreSQL takes an argument: text without NUL and in UTF-8, or a time of about the years that
// RFC 3339 can write; an offset may carry it over their ends.
func storable(arg any) bool {
	if valuer, ok := arg.(driver.Valuer); ok {
		value, err := valuer.Value()
		return err == nil && storable(value)
	}
	switch value := arg.(type) {
	case string:
		return utf8.ValidString(value) && !strings.ContainsRune(value, 0)
	case time.Time:
		return value.Year() >= -1 && value.Year() <= 10000
	}
	return false
}

// same fails the test unless two spellings of a question are the same question.
func same(t *testing.T, q listing.Query, spelling string, other url.Values) {
	t.Helper()
	again, ok := accept(t, other)
	where, args := q.Where()
	whereAgain, argsAgain := again.Where()
	if !ok || where != whereAgain || !reflect.DeepEqual(args, argsAgain) || q.OrderBy() != again.OrderBy() || q.Limit() != again.Limit() || q.Offset() != again.Offset() {
		t.Errorf("%s: %q means %s %v ORDER BY %s, not %s %v ORDER BY %s", spelling, other, whereAgain, argsAgain, again.OrderBy(), where, args, q.OrderBy())
	}
}

var jsonString = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// canonical writes JSON without spaces and each string in the one way in which Go writes it.
func canonical(t *testing.T, text string) string {
	t.Helper()
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(text)); err != nil {
		t.Fatalf("%q is accepted, but is no JSON: %v", text, err)
	}
	return jsonString.ReplaceAllStringFunc(compact.String(), func(quoted string) string {
		var s string
		if err := json.Unmarshal([]byte(quoted), &s); err != nil {
			t.Fatalf("%q: %v", quoted, err)
		}
		return encode(s)
	})
}

func FuzzFilter(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"q":"x","name":"%"}`, `{"nick":null,"status":["a",null,"!null"]}`, `{"id":[1,2],"amount":{"from":1,"to":null}}`, `{"rate":1.5,"active":true,"code":"AAAA"}`,
		`{"extra.a":1,"extra.b.c":["x",null],"extra.d":"!null"}`, `{"extra":null}`,
		`{"made":"2023-01-15","seen":["2023-01-15T08:30:00Z",""]}`, `{"seen":"2023-01-15..","made":{"from":"2023-01-15"}}`, `{"name":"\u0000\ud800"}`, `{"id":1}x`, `[[[`,
		`{"id":1,"\u0069d":2}`, `{"made":"9999-12-31T23:59:59-23:59"}`, `{"made":["0000-01-01T00:00:00+23:59",null]}`, `{"code":["AAAA","bbbb"],"active":[true,false],"rate":{"to":-0.5}}`,
		` { "name" : "\"; DROP TABLE things; --" } `, `{"t.name":"x"}`, `{"secret":"x"}`, `{"nick":"!null","q":"?::text"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, filter string) {
		if q, ok := accept(t, url.Values{"filter": {filter}}); ok && filter != "" {
			if plain := canonical(t, filter); len(plain) <= 64<<10 {
				same(t, q, filter, url.Values{"filter": {plain}})
			}
		}
	})
}

// FuzzProperty asks for one property: whatever the name and the value are, both become arguments.
func FuzzProperty(f *testing.F) {
	for _, seed := range [][2]string{
		{"plan", `"x"`}, {"a.b-c.D_0", `[1.5,true,null,"!null"]`}, {"", `1`}, {".", `1`}, {"a..b", `1`}, {"a.", `1`}, {"a'b", `1`}, {"$", `1`}, {`a"b`, `1`},
		{"a b", `1`}, {"ä", `1`}, {"a\n", `1`}, {"*", `"null"`}, {"a.b.c.d.e.f.g.h", `"\"}, {\""`}, {"a.b.c.d.e.f.g.h.i", `1`},
		{strings.Repeat("n", 10000), `1`}, {strings.Repeat("n.", 5000), `1`}, {"a", strings.Repeat("[", 9000) + strings.Repeat("]", 9000)},
		{"a", `{"b":1}`}, {"a", `1e100000`}, {"a", `"\u0000"`}, {"a", `"\ud800"`},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		accept(t, url.Values{"filter": {"{" + encode("extra."+name) + ":" + value + "}"}})
	})
}

func FuzzSort(f *testing.F) {
	for _, seed := range []string{
		`["id","ASC"]`, `["name","desc","id","ASC"]`, `[["seen","DESC"],["amount","ASC"]]`, `[["id"]]`, `["id; --","ASC"]`, `null`, `[null,null]`, `["code","aSc","status","dEsC","rate","ASC"]`,
		`["n\u0061me","ASC"]`, `["id","ASC","name","DESC"]`, `[["made","ASC"],["made","DESC"]]`, `["secret","ASC"]`, `["t.id","ASC"]`, `["id","ASC NULLS FIRST"]`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sort string) {
		if q, ok := accept(t, url.Values{"sort": {sort}}); ok && sort != "" {
			same(t, q, sort, url.Values{"sort": {canonical(t, sort)}})
			same(t, q, sort, url.Values{"sort": {inPairs(t, sort)}})
		}
	})
}

// inPairs writes an accepted sort as pairs, the directions in upper case.
func inPairs(t *testing.T, sort string) string {
	t.Helper()
	words := jsonString.FindAllString(sort, -1)
	pairs := make([]string, 0, len(words)/2)
	for i := 0; i+1 < len(words); i += 2 {
		var direction string
		if err := json.Unmarshal([]byte(words[i+1]), &direction); err != nil {
			t.Fatalf("%q: %v", sort, err)
		}
		pairs = append(pairs, "["+words[i]+","+encode(strings.ToUpper(direction))+"]")
	}
	return "[" + strings.Join(pairs, ",") + "]"
}

func FuzzRawQuery(f *testing.F) {
	for _, seed := range []string{
		`filter={"name":"a&b+c"}&page=2`, `filter=%7B%22q%22%3A%22x%22%7D&sort=[%22id%22,%22ASC%22]`, `range=[0,24]`, `filter={"a":"\%5C%22`, `&;%`,
		`page=9223372036854775807&perPage=1000`, `range=[9223372036854775806,9223372036854775807]`, `page=1&page=2`, `filter={"name":"100%"}`, `filter={"name":"%00"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		v, err := listing.ParseRawQuery(query)
		if err != nil {
			if e, ok := errors.AsType[*errs.Error](err); !ok || e.Kind != errs.KindInvalid {
				t.Errorf("%q: %#v", query, err)
			}
			return
		}
		// What was read means the same when it is encoded as everybody else encodes it.
		if again, err := listing.ParseRawQuery(v.Encode()); err != nil || len(v) > 0 && !reflect.DeepEqual(v, again) {
			t.Errorf("%q is read as %q, and that encoded as %q (%v)", query, v, again, err)
		}
		q, err := things.ParseURL(&url.URL{RawQuery: query})
		if err != nil {
			return
		}
		if q.Limit() < 1 || q.Limit() > 1000 || q.Offset() < 0 {
			t.Errorf("%q: LIMIT %d OFFSET %d", query, q.Limit(), q.Offset())
		}
		same(t, q, query, v)
	})
}
