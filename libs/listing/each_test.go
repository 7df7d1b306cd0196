package listing_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"testing"

	"muster/libs/listing"
	"muster/libs/testkit/pgtest"
)

func TestEachPassesAllRowsAsOfOneMoment(t *testing.T) {
	db, _ := pgtest.New(t, schema)
	var rows []thing
	const n = 2*listing.EachBatch + 7
	for i := range n {
		rows = append(rows, thing{ID: int64(i + 1), Name: fmt.Sprintf("name %04d", n-i), Code: []string{"AAAA", "bbbb"}[i%2]})
	}
	store(t, db, rows...)
	each := func(v url.Values, fn func([]thing) error) error {
		t.Helper()
		q, err := things.Parse(v)
		if err != nil {
			t.Fatal(err)
		}
		return listing.Each(context.Background(), db, q, "t.*", "things t", fn)
	}
	for _, test := range []struct {
		filter, sort string
		want         int
	}{{"", "", n}, {"", `["name","ASC"]`, n}, {`{"code":"bbbb"}`, `["codeName","DESC","name","ASC"]`, n / 2}, {`{"name":"0001"}`, "", 1}, {`{"name":"%"}`, "", 0}} {
		var got []int64
		err := each(url.Values{"filter": {test.filter}, "sort": {test.sort}}, func(batch []thing) error {
			if len(batch) == 0 || len(batch) > listing.EachBatch {
				t.Errorf("a batch of %d", len(batch))
			}
			got = append(got, ids(batch)...)
			execute(t, db, "UPDATE things SET name = 'changed' WHERE id = 1 OR id = 300")
			execute(t, db, "DELETE FROM things WHERE id = 299")
			return nil
		})
		if err != nil || len(got) != test.want {
			t.Fatalf("%s %s: %d rows, %v", test.filter, test.sort, len(got), err)
		}
		if descending := slices.IsSortedFunc(got, func(a, b int64) int { return int(b - a) }); test.want > 1 && descending == (test.sort == "") {
			t.Errorf("%s %s: wrong order", test.filter, test.sort)
		}
		execute(t, db, "DELETE FROM things")
		store(t, db, rows...)
	}
	failed := errors.New("enough")
	calls := 0
	if err := each(nil, func([]thing) error { calls++; return failed }); !errors.Is(err, failed) || calls != 1 {
		t.Errorf("%v after %d calls", err, calls)
	}
}
