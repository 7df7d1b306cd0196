package listing

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// order is one term of ORDER BY.
type order struct {
	field      *Field
	descending bool
}

// parseSort reads the parameter sort. Terms after the id are dropped, because the id leaves no ties.
func (l *List) parseSort(text string) ([]order, error) {
	byID := order{field: l.id}
	if text == "" {
		return []order{byID}, nil
	}
	pairs, err := sortPairs(text)
	if err != nil {
		return nil, err
	}
	var orders []order
	seen := map[string]bool{}
	for _, p := range pairs {
		o, err := l.order(p)
		if err != nil {
			return nil, err
		}
		if seen[o.field.Name] {
			return nil, fmt.Errorf("names %s twice", quote(o.field.Name))
		}
		seen[o.field.Name] = true
		if !seen[l.id.Name] || o.field == l.id {
			orders = append(orders, o)
		}
	}
	if !seen[l.id.Name] {
		orders = append(orders, byID)
	}
	return orders, nil
}

// sortPairs converts every form of sort to pairs of field and direction.
func sortPairs(text string) ([][2]string, error) {
	malformed := errors.New(`must be a JSON array such as ["id","ASC"], ["a","ASC","b","DESC"] or [["a","ASC"],["b","DESC"]]`)
	if err := checkJSON(text); err != nil {
		return nil, fmt.Errorf("%w; it %w", err, malformed)
	}
	var flat []*string
	if json.Unmarshal([]byte(text), &flat) == nil {
		return pairUp(flat, malformed)
	}
	flat = nil // The failed decoding may have filled it in part.
	var nested [][]*string
	if json.Unmarshal([]byte(text), &nested) != nil {
		return nil, malformed
	}
	for _, pair := range nested {
		if len(pair) != 2 {
			return nil, malformed
		}
		flat = append(flat, pair...)
	}
	return pairUp(flat, malformed)
}

func pairUp(flat []*string, malformed error) ([][2]string, error) {
	if len(flat) == 0 || len(flat)%2 != 0 {
		return nil, malformed
	}
	pairs := make([][2]string, 0, len(flat)/2)
	for i := 0; i < len(flat); i += 2 {
		if flat[i] == nil || flat[i+1] == nil {
			return nil, malformed
		}
		pairs = append(pairs, [2]string{*flat[i], *flat[i+1]})
	}
	return pairs, nil
}

// order checks one pair.
func (l *List) order(pair [2]string) (order, error) {
	f := l.field(pair[0])
	if f == nil || !f.Sortable {
		return order{}, fmt.Errorf("cannot sort by %s; allowed are %s", quote(pair[0]), strings.Join(l.sortable, ", "))
	}
	switch strings.ToUpper(pair[1]) {
	case "ASC":
		return order{field: f}, nil
	case "DESC":
		return order{field: f, descending: true}, nil
	}
	return order{}, fmt.Errorf("has the direction %s for %s; allowed are ASC and DESC", quote(pair[1]), f.Name)
}
