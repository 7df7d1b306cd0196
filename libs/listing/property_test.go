package listing_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"muster/libs/testkit/pgtest"
)

func TestFiltersByProperties(t *testing.T) {
	const there = "jsonb_path_exists(t.extra, ?::jsonpath, '{}', TRUE) IS "
	for _, c := range []struct {
		filter, where, args string
	}{
		{`{"extra.plan":"x"}`, "t.extra @> ?::jsonb", `[{"plan":"x"}]`},
		{`{"extra.plan":5}`, "t.extra @> ?::jsonb", `[{"plan":5}]`},
		{`{"extra.plan":-0.50}`, "t.extra @> ?::jsonb", `[{"plan":-0.50}]`},
		{`{"extra.plan":true}`, "t.extra @> ?::jsonb", `[{"plan":true}]`},
		{`{"extra.plan":""}`, "t.extra @> ?::jsonb", `[{"plan":""}]`},
		{`{"extra.a.b-1.C_2":"\"},{\\'"}`, "t.extra @> ?::jsonb", `[{"a":{"b-1":{"C_2":"\"},{\\'"}}}]`},
		{`{"extra.plan":["x",5,false]}`, "t.extra @> ANY(?::jsonb[])", `[[{"plan":"x"} {"plan":5} {"plan":false}]]`},
		{`{"extra.plan":[]}`, "FALSE", `[]`},
		{`{"extra.plan":null}`, there + "NOT TRUE", `[strict $."plan" ? (@ != null)]`},
		{`{"extra.a.b":"null"}`, there + "NOT TRUE", `[strict $."a"."b" ? (@ != null)]`},
		{`{"extra.a.b":"!null"}`, there + "TRUE", `[strict $."a"."b" ? (@ != null)]`},
		{`{"extra.a":["x",null]}`, "(" + there + "NOT TRUE OR t.extra @> ANY(?::jsonb[]))", `[strict $."a" ? (@ != null) [{"a":"x"}]]`},
		{`{"extra.a":1,"extra.b":2}`, "t.extra @> ?::jsonb AND t.extra @> ?::jsonb", `[{"a":1} {"b":2}]`},
	} {
		where, args := parse(t, "filter", c.filter).Where()
		if where != c.where || fmt.Sprint(args) != c.args {
			t.Errorf("%s:\n got %s %v\nwant %s %s", c.filter, where, args, c.where, c.args)
		}
	}
}

func TestPropertiesThatAreRefused(t *testing.T) {
	const names = `behind "extra." stand 1 to 8 names`
	const values = `must be a string of at most 1000 characters, a number without an exponent, true or false, or an array of these; or "null" or "!null"`
	deep := strings.Repeat("n.", 7) + "n"
	longest := strings.Repeat("n", 64)
	parse(t, "filter", `{"extra.`+deep+`":1,"extra.`+longest+`":1}`)
	for _, c := range []struct {
		filter, field, message string
	}{
		{`{"extra":"x"}`, "filter", `knows no "extra"; allowed are q, id, name, nick, code, codeName, status, active, amount, rate, made, seen, extra.<name>`},
		{`{"extra":null}`, "filter", `knows no "extra"`},
		{`{"extra.":1}`, "filter", `knows no "extra."; ` + names},
		{`{"extra..":1}`, "filter", names},
		{`{"extra..a":1}`, "filter", names},
		{`{"extra.a.":1}`, "filter", names},
		{`{"extra.a..b":1}`, "filter", names},
		{`{"extra.a'b":1}`, "filter", names},
		{`{"extra.a\"b":1}`, "filter", names},
		{`{"extra.$":1}`, "filter", names},
		{`{"extra.*":1}`, "filter", names},
		{`{"extra.a[0]":1}`, "filter", names},
		{`{"extra.a b":1}`, "filter", names},
		{`{"extra.a\n":1}`, "filter", names},
		{`{"extra.ä":1}`, "filter", names},
		{`{"extra.a\u0000":1}`, "filter", names},
		{`{"extra.` + deep + `.n":1}`, "filter", names},
		{`{"extra.` + longest + `n":1}`, "filter", names},
		{`{"extra.` + strings.Repeat("n", 10000) + `":1}`, "filter", names},
		{`{"Extra.a":1}`, "filter", `knows no "Extra.a"; allowed are`},
		{`{"name.a":"x"}`, "filter", `knows no "name.a"; allowed are`},
		{`{"q.a":"x"}`, "filter", `knows no "q.a"; allowed are`},
		{`{".a":"x"}`, "filter", `knows no ".a"; allowed are`},
		{`{"extra.a":{}}`, "filter.extra.a", values},
		{`{"extra.a":{"from":1}}`, "filter.extra.a", values},
		{`{"extra.a":[[1]]}`, "filter.extra.a", values},
		{`{"extra.a":1e3}`, "filter.extra.a", values},
		{`{"extra.a":1e100000}`, "filter.extra.a", values},
		{`{"extra.a":` + strings.Repeat("9", 41) + `}`, "filter.extra.a", values},
		{`{"extra.a":"\u0000"}`, "filter.extra.a", "NUL"},
		{`{"extra.a":"` + strings.Repeat("é", 1001) + `"}`, "filter.extra.a", "at most 1000 characters"},
		{`{"extra.a":[` + strings.Repeat("1,", 1000) + `1]}`, "filter.extra.a", "at most 1000 values"},
		{`{"extra.` + deep + `":{}}`, "filter.extra." + deep, values},
	} {
		got := refuse(t, url.Values{"filter": {c.filter}})
		if !strings.Contains(got[c.field], c.message) || len(got[c.field]) > 500 {
			t.Errorf("%.80s: %v, want %s: … %s …", c.filter, got, c.field, c.message)
		}
	}
	if got := refuse(t, url.Values{"sort": {`["extra.a","ASC"]`}}); !strings.Contains(got["sort"], "cannot sort by") {
		t.Errorf("%v", got)
	}
}

func TestAFilterAsksForFewProperties(t *testing.T) {
	asking := func(n int) string {
		var members []string
		for i := range n {
			members = append(members, fmt.Sprintf(`"extra.a%d":1`, i))
		}
		return "{" + strings.Join(members, ",") + "}"
	}
	parse(t, "filter", asking(16))
	if got := refuse(t, url.Values{"filter": {asking(17)}}); got["filter"] != "must ask for at most 16 properties" {
		t.Errorf("%v", got)
	}
}

// What is in the database is found by its type and value, wherever it stands in objects, and nowhere in arrays.
func TestPropertiesAreFound(t *testing.T) {
	db, _ := pgtest.New(t, schema)
	long := strings.Repeat("é", 1000)
	for id, extra := range map[int64]string{
		1: `{"plan":"gold","at":{"city":"Rome","0":1}}`, 2: `{"plan":"Gold","at":["Rome"]}`, 3: `{"plan":5}`, 4: `{"plan":"5"}`, 5: `{"plan":null,"at":null}`,
		6: `{"plan":["gold",5]}`, 7: `{"plan":true}`, 8: `{"plan":"null"}`, 9: `{"plan":{"plan":"gold"}}`, 10: `{"plan":` + strings.Repeat("9", 40) + `}`,
		11: `{"plan":"` + long + `"}`, 12: `{"plan":"\"}'\\$1?@"}`, 13: `{"plan":0.10}`, 14: `{"at":[{"city":"Rome"}]}`,
	} {
		store := "INSERT INTO things (id, name, code, active, made, extra) VALUES (?, 'n', 'AAAA', true, now(), ?)"
		if err := db.Exec(store, id, extra).Error; err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Exec("INSERT INTO things (id, name, code, active, made) VALUES (20, 'n', 'AAAA', true, now())").Error; err != nil {
		t.Fatal(err)
	}
	for filter, want := range map[string][]int64{
		`{"extra.plan":"gold"}`:                             {1},
		`{"extra.plan":["gold","Gold","GOLD"]}`:             {1, 2},
		`{"extra.plan":5}`:                                  {3},
		`{"extra.plan":5.00}`:                               {3},
		`{"extra.plan":"5"}`:                                {4},
		`{"extra.plan":[5,"5",true,false]}`:                 {3, 4, 7},
		`{"extra.plan":0.1}`:                                {13},
		`{"extra.plan":` + strings.Repeat("9", 40) + `}`:    {10},
		`{"extra.plan":"` + long + `"}`:                     {11},
		`{"extra.plan":"\"}'\\$1?@"}`:                       {12},
		`{"extra.plan":["\"}'\\$1?@","{","NULL"]}`:          {12},
		`{"extra.plan.plan":"gold"}`:                        {9},
		`{"extra.plan":null}`:                               {5, 14, 20},
		`{"extra.plan":"null"}`:                             {5, 14, 20},
		`{"extra.plan":["gold",null]}`:                      {1, 5, 14, 20},
		`{"extra.plan":"!null"}`:                            {1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13},
		`{"extra.at.city":"Rome"}`:                          {1},
		`{"extra.at.0":1}`:                                  {1},
		`{"extra.at.0":"!null"}`:                            {1},
		`{"extra.at.city":"!null"}`:                         {1},
		`{"extra.at":"!null"}`:                              {1, 2, 14},
		`{"extra.plan":"gold","extra.at.city":"Paris"}`:     {},
		`{"extra.plan":["gold",5],"extra.at.city":"!null"}`: {1},
	} {
		v := url.Values{"filter": {filter}, "perPage": {"100"}}
		if got := ids(fetch(t, db, v).Data); !slices.Equal(got, want) {
			t.Errorf("%.60s finds %v, want %v", filter, got, want)
		}
	}
}

// Whatever a property may be called, it is found under that name.
func TestNamesOfProperties(t *testing.T) {
	db, _ := pgtest.New(t, schema)
	names := []string{"a", "A", "0", "-1", "_", "-", "null", "true", "strict", "to", "last", "like_regex", "9e9", strings.Repeat("n", 64)}
	var rows []thing
	for i, name := range names {
		rows = append(rows, thing{ID: int64(i + 1), Name: "n", Code: "AAAA", Extra: map[string]any{name: map[string]any{name: "x"}}})
	}
	store(t, db, rows...)
	for i, name := range names {
		for _, value := range []any{"x", []any{"x"}, "!null"} {
			filter, err := json.Marshal(map[string]any{"extra." + name + "." + name: value})
			if err != nil {
				t.Fatal(err)
			}
			if got := ids(fetch(t, db, url.Values{"filter": {string(filter)}}).Data); !slices.Equal(got, []int64{int64(i + 1)}) {
				t.Errorf("%s finds %v, want %d", filter, got, i+1)
			}
		}
	}
}
