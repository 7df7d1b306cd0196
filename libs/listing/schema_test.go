package listing_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"muster/libs/listing"
	"muster/libs/testkit/listingtest"
	"muster/libs/testkit/pgtest"
)

// The SQL of a declaration changes nothing where it has been run before.
func TestSchemaIsMadeOnce(t *testing.T) {
	db, _ := newCounted(t)
	listingtest.Catalog(t, db, listingtest.Listed{List: countedThings, Table: countedTable})
}

// Names are looked for by Go, and what surrounds them by the database: both fold every character that can be in a name, or
// be taken for one, alike.
func TestNamesFoldAsTheDatabaseDoes(t *testing.T) {
	db, _ := pgtest.New(t)
	// One value holds them all: reading a million rows would take longer than a statement may.
	list := scan[string](t, db, "SELECT json_agg("+listing.SearchKey("chr(i)")+" ORDER BY i) FROM generate_series(1, ?::int) AS i WHERE i NOT BETWEEN 55296 AND 57343", unicode.MaxRune)
	var stored []string
	if err := json.Unmarshal([]byte(list), &stored); err != nil {
		t.Fatal(err)
	}
	lower, upper := cases.Lower(language.Und), cases.Upper(language.Und)
	next := 0
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		if folded := upper.String(lower.String(string(r))); folded != stored[next] && (isASCII(folded) || isASCII(stored[next])) {
			t.Errorf("%q is folded to %q, in the database to %q", r, folded, stored[next])
		}
		next++
	}
	if next != len(stored) {
		t.Errorf("%d characters, in the database %d", next, len(stored))
	}
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII })
}

// The indexes that the SQL of a declaration makes are those that the list uses.
func TestSchemaHasTheIndexes(t *testing.T) {
	db, _ := newCounted(t)
	execute(t, db, `INSERT INTO things (id, name, code, active, made, seen) SELECT i, md5(i::text), (ARRAY['AAAA','bbbb'])[1 + i % 2], true, now(),
		CASE WHEN i % 3 > 0 THEN now() - i * interval '1 hour' END FROM generate_series(1, 20000) i`)
	execute(t, db, "ANALYZE")
	for _, c := range []struct{ sort, filter, index string }{
		{sort: `["seen","ASC"]`, index: "things_seen_asc"},
		{sort: `["seen","DESC"]`, index: "things_seen_desc"},
		{filter: `{"seen":{"from":"2100-01-01"}}`, index: "things_seen_"},
		{sort: `["codeName","ASC"]`, index: "things_by_name_of_code"},
		{sort: `["codeName","DESC"]`, index: "things_by_name_of_code_desc"},
		{filter: `{"q":"0fe1"}`, index: "things_search"},
	} {
		q, err := countedThings.Parse(url.Values{"sort": {c.sort}, "filter": {c.filter}})
		if err != nil {
			t.Fatal(err)
		}
		where, args := q.Where()
		plan := strings.Join(scan[[]string](t, db, "EXPLAIN SELECT t.id FROM "+thingTables+q.Joins()+" WHERE "+where+" ORDER BY "+q.OrderBy()+" LIMIT 10", args...), "\n")
		if !strings.Contains(plan, " "+c.index) {
			t.Errorf("%s %s does not use %s:\n%s", c.sort, c.filter, c.index, plan)
		}
	}
}
