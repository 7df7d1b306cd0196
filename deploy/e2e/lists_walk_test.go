package e2e_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// For any request on an unchanging list: all pages together contain each matching row exactly once, in the requested
// order, and every page has the number of matches as its total. A failure prints how to repeat it.
func TestWalkingAllPages(t *testing.T) {
	each(t, func(t *testing.T, c *client, m *model) {
		rapid.Check(t, func(r *rapid.T) {
			q := draw(r, m)
			want := m.sorted(m.matching(q.filter), q.terms...)
			var got []any
			for q.page = 1; ; q.page++ {
				a, err := c.try("GET", q.query(m), nil)
				if err != nil {
					r.Fatal(err)
				}
				if a.body["total"] != float64(len(want)) {
					r.Fatalf("%s: %s, want the total %d", q, a, len(want))
				}
				rows := idsOf(a.list())
				got = append(got, rows...)
				if len(rows) == 0 {
					break
				}
			}
			if !slices.Equal(got, idsOf(want)) {
				r.Fatalf("%s:\n got %v\nwant %v", q, got, idsOf(want))
			}
		})
	})
}

// draw generates a question: up to three filters, up to three sort terms, and a page size.
func draw(r *rapid.T, m *model) question {
	q := question{filter: object{}, perPage: rapid.IntRange(3, 12).Draw(r, "per page"), byRange: rapid.Bool().Draw(r, "by range")}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(m.filterable()), 0, 3, rapid.ID[string]).Draw(r, "filtered") {
		q.filter[name] = rapid.SampledFrom(m.forms(name)).Draw(r, name)
	}
	for name := range m.fence { // one of the two fences must remain
		if _, taken := q.filter[name]; taken {
			maps.DeleteFunc(q.filter, func(other string, _ any) bool { _, fences := m.fence2[other]; return fences })
		}
	}
	var pairs [][]string
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(m.sortable()), 0, 3, rapid.ID[string]).Draw(r, "sorted") {
		descending := rapid.Bool().Draw(r, fmt.Sprintf("%s descending", name))
		direction := "ASC"
		if descending {
			direction = "DESC"
		}
		pairs, q.terms = append(pairs, []string{name, direction}), append(q.terms, term{name, descending})
	}
	if pairs != nil {
		q.sort = encode(pairs)
	}
	return q
}
