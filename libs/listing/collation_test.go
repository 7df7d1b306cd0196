package listing_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"muster/libs/testkit/pgtest"
)

func TestTextSortsByTheUnicodeRootCollation(t *testing.T) {
	db, _ := pgtest.New(t, schema)
	// As ICU's root collation has it: punctuation, digits, letters with their accents behind the plain letter; letters
	// of either case are one, and the id decides.
	want := []string{"_x", "1", "10", "2", "ab", "äb", "ac", "Emil", "Émil", "emile", "EMILE", "Émile", "émile", "emilf", "İz", "ız", "ß", "ST", "straße", "strasst", "Zoe", "Zoé", "zoë", "zof"}
	var rows []thing
	for i, name := range want {
		rows = append(rows, thing{ID: int64(i + 1), Name: name, Nick: &name, Code: "AAAA"})
	}
	store(t, db, rows...)
	got := names(fetch(t, db, url.Values{"sort": {`["name","ASC"]`}, "perPage": {"100"}}).Data)
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	var defined []string
	if err := db.Raw(`SELECT name FROM things ORDER BY lower(name COLLATE "und-x-icu") COLLATE "und-x-icu", id`).Scan(&defined).Error; err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, defined) {
		t.Errorf("got  %v\nPostgreSQL defines %v", got, defined)
	}
}

func TestNullsComeLastInBothDirections(t *testing.T) {
	db, _ := pgtest.New(t, schema)
	word, amount, rate, seen := "w", int64(1), 1.0, time.Now()
	store(t, db,
		thing{ID: 1, Name: "n", Code: "AAAA"},
		thing{ID: 2, Name: "n", Code: "AAAA", Nick: &word, Status: &word, Amount: &amount, Rate: &rate, Seen: &seen},
		thing{ID: 3, Name: "n", Code: "AAAA"},
		thing{ID: 4, Name: "n", Code: "AAAA", Nick: &word, Status: &word, Amount: &amount, Rate: &rate, Seen: &seen})
	for _, field := range []string{"nick", "status", "amount", "rate", "seen"} {
		for _, direction := range []string{"ASC", "DESC"} {
			sort := fmt.Sprintf(`["%s","%s"]`, field, direction)
			if got := ids(fetch(t, db, url.Values{"sort": {sort}}).Data); !slices.Equal(got, []int64{2, 4, 1, 3}) {
				t.Errorf("%s: %v", sort, got)
			}
		}
	}
}
