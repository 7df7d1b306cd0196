package listing_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"muster/libs/listing"
)

// people has what few lists have: another name for a field, and numbers that may be written as strings.
var people = listing.New(
	listing.Field{Name: "id", Column: "p.id", Kind: listing.Integer, Digits: true, ID: true, Sortable: true, Filterable: true},
	listing.Field{Name: "age", Column: "p.age", Kind: listing.Integer, Filterable: true},
	listing.Field{Name: "first", Column: "p.first", Kind: listing.Text, Filterable: true, Searched: true},
	listing.Field{Name: "last", Column: "p.last", Kind: listing.Text, Filterable: true, Searched: true},
	listing.Field{Name: "userTypeCode", Alias: "typeCode", Column: "p.type", Kind: listing.Code, Sortable: true, Filterable: true},
)

func TestWordsOfASearchAreFoundApart(t *testing.T) {
	in := func(column string) string { return listing.SearchKey(column) + " LIKE " + listing.SearchKey("?::text") }
	word := "(" + in("p.first") + " OR " + in("p.last") + ")"
	for _, c := range []struct {
		q     string
		words int
		args  string
	}{
		{"john", 1, "[%john% %john%]"},
		{"  john  ", 1, "[%john% %john%]"},
		{"john smith", 2, "[%john% %john% %smith% %smith%]"},
		{"john\u2003\u00a0smith\t", 2, "[%john% %john% %smith% %smith%]"},
		{"50% of", 2, `[%50\%% %50\%% %of% %of%]`},
		{" \t ", 0, "[]"},
		{"e\u0301", 1, "[%\u00e9% %\u00e9%]"},
	} {
		q := mustParse(t, url.Values{"filter": {fmt.Sprintf(`{"q":%q}`, c.q)}})
		want := strings.TrimSuffix(strings.Repeat(word+" AND ", c.words), " AND ")
		switch c.words {
		case 0:
			want = "TRUE"
		case 1:
		default:
			want = "(" + want + ")"
		}
		if where, args := q.Where(); where != want || fmt.Sprint(args) != c.args {
			t.Errorf("%q:\n got %s %v\nwant %s %s", c.q, where, args, want, c.args)
		}
	}
	_, err := people.Parse(url.Values{"filter": {`{"q":"` + strings.Repeat("a ", 21) + `"}`}})
	if got := problems(t, err)["filter.q"]; got != "must have at most 20 words" {
		t.Errorf("21 words: %q", got)
	}
}

func TestFilterValuesAreComparedInNFC(t *testing.T) {
	for filter, want := range map[string]string{
		`{"first":"Zoe\u0308"}`:                 "[%Zo\u00eb%]",
		`{"userTypeCode":"\u212b"}`:             "[\u00c5]",
		`{"userTypeCode":["e\u0301","\u00e9"]}`: "[[\u00e9 \u00e9]]",
	} {
		if _, args := mustParse(t, url.Values{"filter": {filter}}).Where(); fmt.Sprint(args) != want {
			t.Errorf("%s: %v, want %s", filter, args, want)
		}
	}
}

func TestAnAliasStandsForItsField(t *testing.T) {
	by := func(name string) string {
		q := mustParse(t, url.Values{"filter": {`{"` + name + `":"SUBS"}`}, "sort": {`["` + name + `","DESC"]`}})
		where, args := q.Where()
		return fmt.Sprint(where, args, q.OrderBy())
	}
	if by("typeCode") != by("userTypeCode") {
		t.Errorf("%s, and %s", by("typeCode"), by("userTypeCode"))
	}
	_, err := people.Parse(url.Values{"sort": {`["typeCode","ASC","userTypeCode","DESC"]`}})
	if got := problems(t, err)["sort"]; !strings.Contains(got, "twice") {
		t.Errorf("both names: %q", got)
	}
}

func TestDigitsCountAsANumberWhereTheFieldSaysSo(t *testing.T) {
	for filter, want := range map[string]string{
		`{"id":"42"}`:                   "p.id = ?::bigint [42]",
		`{"id":"\u0037"}`:               "p.id = ?::bigint [7]",
		`{"id":"007"}`:                  "p.id = ?::bigint [7]",
		`{"id":["1",2]}`:                "p.id = ANY(?::bigint[]) [[1 2]]",
		`{"id":{"from":"1","to":"20"}}`: "(p.id >= ?::bigint AND p.id <= ?::bigint) [1 20]",
	} {
		if where, args := mustParse(t, url.Values{"filter": {filter}}).Where(); fmt.Sprint(where, " ", args) != want {
			t.Errorf("%s: %s %v", filter, where, args)
		}
	}
	for _, filter := range []string{`{"age":"42"}`, `{"id":""}`, `{"id":"-1"}`, `{"id":" 1"}`, `{"id":"1.0"}`, `{"id":"٣"}`, `{"id":"9223372036854775808"}`, `{"id":"1e3"}`, `{"id":"0x1"}`} {
		if _, err := people.Parse(url.Values{"filter": {filter}}); err == nil {
			t.Errorf("%s was accepted", filter)
		}
	}
}

func TestAnArrayOfIDsAsksForAllOfThem(t *testing.T) {
	for _, c := range []struct {
		v     url.Values
		limit int
	}{
		{url.Values{"filter": {`{"id":[1,2,3]}`}}, 1000},
		{url.Values{"filter": {`{"id":[]}`}}, 1000},
		{url.Values{"filter": {`{"age":1,"id":["1"]}`}, "page": {""}}, 1000},
		{url.Values{"filter": {`{"id":[1,2,3]}`}, "page": {"1"}}, 10},
		{url.Values{"filter": {`{"id":[1,2,3]}`}, "perPage": {"2"}}, 2},
		{url.Values{"filter": {`{"id":[1,2,3]}`}, "range": {"[0,1]"}}, 2},
		{url.Values{"filter": {`{"id":1}`}}, 10},
		{url.Values{"filter": {`{"id":{"from":1}}`}}, 10},
		{url.Values{"filter": {`{"age":[1,2,3]}`}}, 10},
	} {
		if q := mustParse(t, c.v); q.Limit() != c.limit || q.Offset() != 0 {
			t.Errorf("%v: %d rows from %d", c.v, q.Limit(), q.Offset())
		}
	}
}

func mustParse(t *testing.T, v url.Values) listing.Query {
	t.Helper()
	q, err := people.Parse(v)
	if err != nil {
		t.Fatal(err)
	}
	return q
}
