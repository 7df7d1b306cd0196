package listing_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"muster/libs/errs"
)

// accept checks what must hold for every input: it is refused as failed validation, or it becomes SQL of the program's
// own with as many arguments as placeholders.
func accept(t *testing.T, v url.Values, known string) {
	q, err := things.Parse(v)
	if err != nil {
		e, ok := errors.AsType[*errs.Error](err)
		if !ok || e.Kind != errs.KindInvalid || len(e.Fields) == 0 || len(e.Message) > 1000 || !utf8.ValidString(e.Message) {
			t.Errorf("%q: %#v", v, err)
		}
		return
	}
	where, args := q.Where()
	if strings.Count(where, "?") != len(args) {
		t.Errorf("%q: %s with %d arguments", v, where, len(args))
	}
	for sql := where + " " + q.OrderBy(); sql != ""; {
		word, rest, _ := strings.Cut(sql, " ")
		if word = strings.Trim(word, "(),"); !strings.Contains(known, word) {
			t.Errorf("%q: %s ORDER BY %s: foreign word %q", v, where, q.OrderBy(), word)
		}
		sql = rest
	}
}

// words is all that the SQL of things is made of.
const words = `TRUE FALSE AND OR IS NOT NULL LIKE = >= <= < ASC DESC NULLS LAST ANY(?::text[] ANY(?::bigint[] ANY(?::numeric[] ANY(?::boolean[] ` +
	`?::text ?::bigint ?::numeric ?::boolean ?::timestamptz COLLATE "und-x-icu" upper(lower(?::text upper(lower(t.name upper(lower(t.nick ` +
	`lower(t.name lower(t.nick lower(t.code lower(t.status t.id t.name t.nick t.code t.status t.active t.amount t.rate t.made t.seen ` +
	`@> ?::jsonb ANY(?::jsonb[] t.extra jsonb_path_exists(t.extra ?::jsonpath '{}' TRUE) NOT TRUE`

func FuzzFilter(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"q":"x","name":"%"}`, `{"nick":null,"status":["a",null,"!null"]}`, `{"id":[1,2],"amount":{"from":1,"to":null}}`, `{"rate":1.5,"active":true,"code":"AAAA"}`,
		`{"extra.a":1,"extra.b.c":["x",null],"extra.d":"!null"}`, `{"extra":null}`,
		`{"made":"2023-01-15","seen":["2023-01-15T08:30:00Z",""]}`, `{"seen":"2023-01-15..","made":{"from":"2023-01-15"}}`, `{"name":"\u0000\ud800"}`, `{"id":1}x`, `[[[`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, filter string) { accept(t, url.Values{"filter": {filter}}, words) })
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
		accept(t, url.Values{"filter": {"{" + encode("extra."+name) + ":" + value + "}"}}, words)
	})
}

func FuzzSort(f *testing.F) {
	for _, seed := range []string{`["id","ASC"]`, `["name","desc","id","ASC"]`, `[["seen","DESC"],["amount","ASC"]]`, `[["id"]]`, `["id; --","ASC"]`, `null`, `[null,null]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sort string) { accept(t, url.Values{"sort": {sort}}, words) })
}

func FuzzRawQuery(f *testing.F) {
	for _, seed := range []string{`filter={"name":"a&b+c"}&page=2`, `filter=%7B%22q%22%3A%22x%22%7D&sort=[%22id%22,%22ASC%22]`, `range=[0,24]`, `filter={"a":"\%5C%22`, `&;%`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		q, err := things.ParseURL(&url.URL{RawQuery: query})
		if err == nil && (q.Limit() < 1 || q.Limit() > 1000 || q.Offset() < 0) {
			t.Errorf("%q: LIMIT %d OFFSET %d", query, q.Limit(), q.Offset())
		}
	})
}
