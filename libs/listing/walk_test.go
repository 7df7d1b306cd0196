package listing_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"testing"

	"gorm.io/gorm"
	"pgregory.net/rapid"

	"muster/libs/listing"
	"muster/libs/testkit/pgtest"
)

// Whatever is stored and whatever is asked: walking all pages gives each matching row exactly once, in the order asked
// for, and every page has their number as total.
func TestWalkingAllPages(t *testing.T) {
	db, _ := pgtest.New(t, schema)
	walk(t, db, func(_ *rapid.T, v url.Values) listing.Page[thing] { return fetch(t, db, v) })
}

// The same holds for a list that knows its totals, whatever of them is folded and kept.
func TestWalkingAllPagesOfACountedList(t *testing.T) {
	db, totals := newCounted(t)
	walk(t, db, func(r *rapid.T, v url.Values) listing.Page[thing] {
		if rapid.Bool().Draw(r, "keep") {
			keep(t, totals)
		}
		return fetchCounted(t, context.Background(), totals, db, v)
	})
}

// And for pages that are read in two steps.
func TestWalkingDeepPages(t *testing.T) {
	listing.AllPagesAreDeep(t)
	t.Run("counted", TestWalkingAllPages)
	t.Run("stored", TestWalkingAllPagesOfACountedList)
}

func walk(t *testing.T, db *gorm.DB, fetch func(*rapid.T, url.Values) listing.Page[thing]) {
	rapid.Check(t, func(r *rapid.T) {
		rows := randomThings().Draw(r, "rows")
		store(t, db, rows...)
		for range 5 {
			filter, holds := filters(r)
			sort, compare := sorts(r)
			want := slices.DeleteFunc(slices.Clone(rows), func(row thing) bool { return !holds(row) })
			slices.SortFunc(want, compare)

			perPage := rapid.IntRange(1, 8).Draw(r, "perPage")
			byRange := rapid.Bool().Draw(r, "by range")
			var got []int64
			for page := 0; ; page++ {
				v := url.Values{"filter": {filter}, "sort": {sort}}
				if byRange {
					v.Set("range", fmt.Sprintf("[%d,%d]", page*perPage, (page+1)*perPage-1))
				} else {
					v.Set("page", strconv.Itoa(page+1))
					v.Set("perPage", strconv.Itoa(perPage))
				}
				found := fetch(r, v)
				if found.Total != int64(len(want)) {
					r.Fatalf("filter %s: page %d has the total %d, want %d", filter, page, found.Total, len(want))
				}
				got = append(got, ids(found.Data)...)
				if len(found.Data) == 0 {
					break
				}
			}
			if !slices.Equal(got, ids(want)) {
				r.Fatalf("filter %s sort %s:\n got %v\nwant %v", filter, sort, got, ids(want))
			}
		}
	})
}

// A part of a text is found in it, however case is written and whatever stands around.
func TestSearchFoldsLetterByLetter(t *testing.T) {
	db, _ := pgtest.New(t, schema)
	fold := func(text string) (key string) {
		if err := db.Raw("SELECT "+listing.SearchKey("?::text"), text).Scan(&key).Error; err != nil {
			t.Fatal(err)
		}
		return key
	}
	hard := rapid.SampledFrom([]rune("aAΑαΣσςßẞİIıiſKkΐΰﬁŉǅǆᾳᾼΩωÅå\u0307\u0345\u0301'. -Éé"))
	texts := rapid.Map(rapid.SliceOfN(rapid.OneOf(hard, rapid.Rune().Filter(func(r rune) bool { return r != 0 })), 0, 6), func(r []rune) string { return string(r) })
	rapid.Check(t, func(r *rapid.T) {
		a, b := texts.Draw(r, "a"), texts.Draw(r, "b")
		if got, want := fold(a+b), fold(a)+fold(b); got != want {
			r.Fatalf("%q and %q: %q together, %q apart", a, b, got, want)
		}
	})
	for _, same := range [][]string{{"Émile", "émile", "ÉMILE"}, {"straße", "STRASSE", "STRAẞE"}, {"ΟΔΟΣ", "οδος", "οδοσ"}, {"Zoë", "ZOË"}, {"İ", "i\u0307"}} {
		for _, other := range same[1:] {
			if fold(same[0]) != fold(other) {
				t.Errorf("%s is not %s", same[0], other)
			}
		}
	}
	if fold("é") == fold("e") {
		t.Error("accents do not count")
	}
}
