package listing_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"pgregory.net/rapid"
)

// lowered is what folded is, for sorting, where ß is a letter of its own.
var lowered = strings.NewReplacer("A", "a", "É", "é", "S", "s")

// sorts draws an order.
func sorts(t *rapid.T) (encoded string, compare func(a, b thing) int) {
	names := rapid.SliceOfNDistinct(rapid.SampledFrom(slices.Sorted(maps.Keys(compareBy))), 0, 3, rapid.ID[string]).Draw(t, "sorted")
	var flat []string
	var nested [][]string
	var terms []func(a, b thing) int
	for _, name := range names {
		direction := rapid.SampledFrom([]string{"ASC", "DESC", "desc"}).Draw(t, "direction")
		flat, nested = append(flat, name, direction), append(nested, []string{name, direction})
		terms = append(terms, compareBy[name](strings.EqualFold(direction, "DESC")))
	}
	if len(names) > 0 {
		encoded = rapid.SampledFrom([]string{encode(flat), encode(nested)}).Draw(t, "sort")
	}
	return encoded, func(a, b thing) int {
		for _, term := range append(terms, compareBy["id"](false)) {
			if c := term(a, b); c != 0 {
				return c
			}
		}
		return 0
	}
}

var root = collate.New(language.Und)

func compareText(a, b string) int {
	a, b = lowered.Replace(a), lowered.Replace(b)
	return cmp.Or(root.CompareString(a, b), strings.Compare(a, b))
}

func compareBool(a, b bool) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }

var compareBy = map[string]func(descending bool) func(a, b thing) int{
	"id":       by(func(row thing) *int64 { return &row.ID }, cmp.Compare),
	"name":     by(func(row thing) *string { return &row.Name }, compareText),
	"nick":     by(func(row thing) *string { return row.Nick }, compareText),
	"code":     by(func(row thing) *string { return &row.Code }, compareText),
	"codeName": by(func(row thing) *string { return new(strings.ToLower(codeNames[row.Code])) }, compareText),
	"status":   by(func(row thing) *string { return row.Status }, compareText),
	"active":   by(func(row thing) *bool { return &row.Active }, compareBool),
	"amount":   by(func(row thing) *int64 { return row.Amount }, cmp.Compare),
	"rate":     by(func(row thing) *float64 { return row.Rate }, cmp.Compare),
	"made":     by(func(row thing) *time.Time { return &row.Made }, time.Time.Compare),
	"seen":     by(func(row thing) *time.Time { return row.Seen }, time.Time.Compare),
}

// by compares what get finds; nil comes last in both directions.
func by[T any](get func(thing) *T, compare func(a, b T) int) func(bool) func(a, b thing) int {
	return func(descending bool) func(a, b thing) int {
		return func(rowA, rowB thing) int {
			a, b := get(rowA), get(rowB)
			switch {
			case a == nil || b == nil:
				return compareBool(a == nil, b == nil)
			case descending:
				return compare(*b, *a)
			}
			return compare(*a, *b)
		}
	}
}
