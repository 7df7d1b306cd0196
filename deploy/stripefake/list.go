package stripefake

import (
	"slices"

	"muster/deploy/stripefake/internal/form"
)

const (
	defaultPageSize = 10
	maxPageSize     = 100
)

// page is one unrendered page of a list.
type page[T resource] struct {
	url     string
	items   []T
	hasMore bool
}

// renderer is another possible result of a handler.
type renderer interface{ render(tx *tx) object }

func (p *page[T]) render(tx *tx) object {
	data := make([]any, len(p.items))
	for i, item := range p.items {
		data[i] = tx.render(item)
	}
	return listOf(p.url, data, p.hasMore)
}

// listOf is Stripe's envelope of a list.
func listOf(url string, data []any, hasMore bool) object {
	if data == nil {
		data = []any{}
	}
	return object{"object": "list", "url": url, "has_more": hasMore, "data": data}
}

// cursor is the start and the maximum length of a list's page.
type cursor struct {
	limit         int
	startingAfter string
	endingBefore  string
}

func readCursor(p *form.Reader) cursor {
	c := cursor{limit: defaultPageSize}
	if limit, sent := p.IntWithin("limit", 1, maxPageSize); sent {
		c.limit = int(limit)
	}
	c.startingAfter, c.endingBefore = p.Text("starting_after"), p.Text("ending_before")
	if c.startingAfter != "" && c.endingBefore != "" {
		p.Fail("ending_before", "", "You cannot parameterize both starting_after and ending_before.")
	}
	return c
}

// listPage reads the cursor, ends the reading of the parameters and selects the page of the resources that keep
// accepts, newest first.
func listPage[T resource](url string, c *collection[T], p *form.Reader, keep func(T) bool) (any, error) {
	from := readCursor(p)
	if err := p.Done(); err != nil {
		return nil, err
	}
	for param, id := range map[string]string{"starting_after": from.startingAfter, "ending_before": from.endingBefore} {
		if _, ok := c.get(id); id != "" && !ok {
			return nil, noSuch(kindOf(c), id, param)
		}
	}
	if from.endingBefore != "" {
		return before(url, c, from, keep), nil
	}
	result := &page[T]{url: url}
	skipping := from.startingAfter != ""
	for item := range c.newest() {
		if skipping {
			skipping = item.key() != from.startingAfter
			continue
		}
		if !keep(item) {
			continue
		}
		if len(result.items) == from.limit {
			result.hasMore = true
			break
		}
		result.items = append(result.items, item)
	}
	return result, nil
}

// before returns the page that ends just before the cursor: the nearest newer ones, still newest first.
func before[T resource](url string, c *collection[T], from cursor, keep func(T) bool) *page[T] {
	var newer []T
	for item := range c.newest() {
		if item.key() == from.endingBefore {
			break
		}
		if keep(item) {
			newer = append(newer, item)
		}
	}
	start := max(0, len(newer)-from.limit)
	return &page[T]{url: url, items: newer[start:], hasMore: start > 0}
}

func kindOf[T resource](*collection[T]) string {
	var zero T
	return zero.kind()
}

// fetch returns the resource in the path of a request without further parameters.
func fetch[T resource](c *collection[T], what string, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	v, ok := c.get(q.id)
	if !ok {
		return nil, notFound(what, q.id)
	}
	return v, nil
}

// nested returns the first elements of a list within another object. The rest is at its url.
func nested(url string, all []any) object {
	shown := all[:min(len(all), defaultPageSize)]
	return listOf(url, shown, len(shown) < len(all))
}

// listed is nested with a request's cursor: a page of a list that is not a collection. It ends the reading of the
// parameters.
func listed(url string, all []any, what string, p *form.Reader) (any, error) {
	from := readCursor(p)
	if err := p.Done(); err != nil {
		return nil, err
	}
	position := func(id, param string) (int, error) {
		at := slices.IndexFunc(all, func(v any) bool { return v.(object)["id"] == id })
		if at < 0 {
			return 0, noSuch(what, id, param)
		}
		return at, nil
	}
	first, last := 0, len(all)
	if id := from.startingAfter; id != "" {
		at, err := position(id, "starting_after")
		if err != nil {
			return nil, err
		}
		first = at + 1
	}
	if id := from.endingBefore; id != "" {
		at, err := position(id, "ending_before")
		if err != nil {
			return nil, err
		}
		last = at
		if first = max(0, last-from.limit); first > 0 {
			return listOf(url, all[first:last], true), nil
		}
	}
	end := min(last, first+from.limit)
	return listOf(url, all[first:end], end < last), nil
}
