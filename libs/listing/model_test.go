package listing_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// This file is the grammar a second time, without SQL: random rows, random queries, and what they mean.

// letters are what random texts are made of: case pairs within and beyond ASCII, and what LIKE finds special.
var letters = []string{"a", "A", "b", "é", "É", "ß", "s", "S", "%", "_", `\`, " ", "1", `"`, "'"}

// folded says which letters are one when case does not count.
var folded = strings.NewReplacer("A", "a", "É", "é", "ß", "ss", "S", "s")

func text(longest int) *rapid.Generator[string] {
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom(letters), 0, longest), func(parts []string) string { return strings.Join(parts, "") })
}

var (
	codes = []string{"AAAA", "bbbb"}
	// codeNames sort otherwise than their codes.
	codeNames = map[string]string{"AAAA": "Second as", "bbbb": "First as"}
	statuses  = []string{"active", "past_due", `a"b\c`, "Active"}
	epoch     = time.Date(2023, 1, 31, 23, 59, 58, 0, time.UTC)
	// moments lie around midnight, so that days, seconds and their parts all matter.
	moments = rapid.Map(rapid.Int64Range(-3, 8), func(half int64) time.Time { return epoch.Add(time.Duration(half) * 500 * time.Millisecond) })
	numbers = rapid.Int64Range(-2, 3)
)

func randomThings() *rapid.Generator[[]thing] {
	one := rapid.Custom(func(t *rapid.T) thing {
		return thing{
			ID: rapid.Int64Range(1, 1000).Draw(t, "id"), Name: text(4).Draw(t, "name"), Nick: rapid.Ptr(text(3), true).Draw(t, "nick"),
			Code: rapid.SampledFrom(codes).Draw(t, "code"), Status: rapid.Ptr(rapid.SampledFrom(statuses), true).Draw(t, "status"),
			Active: rapid.Bool().Draw(t, "active"), Amount: rapid.Ptr(numbers, true).Draw(t, "amount"),
			Rate: rapid.Ptr(rates, true).Draw(t, "rate"), Made: moments.Draw(t, "made"), Seen: rapid.Ptr(moments, true).Draw(t, "seen"),
			Extra: extras.Draw(t, "extra"),
		}
	})
	return rapid.SliceOfNDistinct(one, 0, 25, func(row thing) int64 { return row.ID })
}

var rates = rapid.Map(numbers, func(n int64) float64 { return float64(n) / 2 })

// scalars are what properties are compared with. Those of one kind differ from those of another that look the same.
var scalars = rapid.SampledFrom([]any{"x", "X", "5", "true", "", `a"b\c'$.?@{}`, "é", 5.0, 0.5, -7.0, true, false})

// extras are nothing, or hold a value, null, another object or an array at some of a few names.
var extras = rapid.Custom(func(t *rapid.T) map[string]any {
	if rapid.Bool().Draw(t, "none") {
		return nil
	}
	object := map[string]any{}
	for _, name := range []string{"a", "0", "x_Y-z"} {
		switch scalar := scalars.Draw(t, "scalar"); rapid.SampledFrom([]string{"missing", "null", "scalar", "object", "array"}).Draw(t, "property") {
		case "null":
			object[name] = nil
		case "scalar":
			object[name] = scalar
		case "object":
			object[name] = map[string]any{"0": scalar, "b": nil}
		case "array":
			object[name] = []any{scalar, map[string]any{"0": scalar}}
		}
	}
	return object
})

// property is what stands in a row's extra at the end of a path of names; nil when that is nothing, or null.
func property(path ...string) func(thing) *any {
	return func(row thing) *any {
		var v any = row.Extra
		for _, name := range path {
			object, _ := v.(map[string]any)
			v = object[name]
		}
		if v == nil {
			return nil
		}
		return &v
	}
}

// test is what a filter's value means for a row.
type test func(thing) bool

// value is a filter's value as JSON and its meaning.
type value struct {
	json  string
	holds test
}

func encode(v any) string {
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSpace(b.String())
}

// filters draws a filter on each of some fields.
func filters(t *rapid.T) (encoded string, holds test) {
	names := rapid.SliceOfNDistinct(rapid.SampledFrom(slices.Sorted(maps.Keys(drawValue))), 0, 3, rapid.ID[string]).Draw(t, "filtered")
	var members []string
	var all []test
	for _, name := range names {
		v := drawValue[name](t)
		members = append(members, encode(name)+":"+v.json)
		all = append(all, v.holds)
	}
	return "{" + strings.Join(members, ",") + "}", func(row thing) bool {
		return !slices.ContainsFunc(all, func(holds test) bool { return !holds(row) })
	}
}

var drawValue = map[string]func(*rapid.T) value{
	"q": func(t *rapid.T) value {
		q := text(4).Draw(t, "q")
		return value{encode(q), func(row thing) bool {
			return !slices.ContainsFunc(strings.Fields(q), func(word string) bool { return !has(&row.Name, word) && !has(row.Nick, word) && !hasName(row, word) })
		}}
	},
	"codeName": func(t *rapid.T) value {
		part := rapid.OneOf(text(2), rapid.SampledFrom([]string{"first", "SECOND A", "d as", "first second", "ﬁ"})).Draw(t, "codeName")
		return value{encode(part), func(row thing) bool { return hasName(row, part) }}
	},
	"name": func(t *rapid.T) value {
		part := text(2).Draw(t, "name")
		return value{encode(part), func(row thing) bool { return has(&row.Name, part) }}
	},
	"nick": func(t *rapid.T) value {
		part := text(2).Draw(t, "nick")
		return orNull(t, value{encode(part), func(row thing) bool { return part == "" || has(row.Nick, part) }}, func(row thing) bool { return row.Nick == nil })
	},
	"code": func(t *rapid.T) value {
		return equals(t, rapid.SampledFrom(codes), false, func(row thing) *string { return &row.Code })
	},
	"status": func(t *rapid.T) value {
		return equals(t, rapid.SampledFrom(statuses), true, func(row thing) *string { return row.Status })
	},
	"active": func(t *rapid.T) value {
		return equals(t, rapid.Bool(), false, func(row thing) *bool { return &row.Active })
	},
	"id": func(t *rapid.T) value {
		return number(t, rapid.Int64Range(0, 1001), false, func(row thing) *int64 { return &row.ID })
	},
	"amount": func(t *rapid.T) value {
		wide := rapid.OneOf(numbers, rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64}))
		return number(t, wide, true, func(row thing) *int64 { return row.Amount })
	},
	"extra.a":     func(t *rapid.T) value { return equals(t, scalars, true, property("a")) },
	"extra.a.0":   func(t *rapid.T) value { return equals(t, scalars, true, property("a", "0")) },
	"extra.a.b":   func(t *rapid.T) value { return equals(t, scalars, true, property("a", "b")) },
	"extra.x_Y-z": func(t *rapid.T) value { return equals(t, scalars, true, property("x_Y-z")) },
	"rate":        func(t *rapid.T) value { return number(t, rates, true, func(row thing) *float64 { return row.Rate }) },
	"made":        func(t *rapid.T) value { return date(t, false, func(row thing) *time.Time { return &row.Made }) },
	"seen":        func(t *rapid.T) value { return date(t, true, func(row thing) *time.Time { return row.Seen }) },
}

// has reports whether whole contains part, without regard to case. A null contains nothing, but an empty part matches
// every row.
func has(whole *string, part string) bool {
	return part == "" || whole != nil && strings.Contains(folded.Replace(*whole), folded.Replace(norm.NFC.String(part)))
}

// hasName reports whether the name of the row's code contains part, by Unicode's case folding.
func hasName(row thing, part string) bool {
	return strings.Contains(cases.Fold().String(codeNames[row.Code]), cases.Fold().String(part))
}

// orNull draws v or a question for nulls.
func orNull(t *rapid.T, v value, isNull test) value {
	switch rapid.SampledFrom([]string{"value", "value", "null", "text null", "not null"}).Draw(t, "null") {
	case "null":
		return value{"null", isNull}
	case "text null":
		return value{`"null"`, isNull}
	case "not null":
		return value{`"!null"`, func(row thing) bool { return !isNull(row) }}
	}
	return v
}

func equals[T comparable](t *rapid.T, values *rapid.Generator[T], nullable bool, get func(thing) *T) value {
	isNull := func(row thing) bool { return get(row) == nil }
	one := func() value {
		want := values.Draw(t, "equal")
		v := value{encode(want), func(row thing) bool { return get(row) != nil && *get(row) == want }}
		if nullable {
			return orNull(t, v, isNull)
		}
		return v
	}
	if rapid.Bool().Draw(t, "alone") {
		return one()
	}
	var members []string
	var either []test
	for range rapid.IntRange(0, 3).Draw(t, "any of") {
		v := one()
		members, either = append(members, v.json), append(either, v.holds)
	}
	return value{"[" + strings.Join(members, ",") + "]", func(row thing) bool {
		return slices.ContainsFunc(either, func(holds test) bool { return holds(row) })
	}}
}

func number[T cmp.Ordered](t *rapid.T, values *rapid.Generator[T], nullable bool, get func(thing) *T) value {
	if rapid.Bool().Draw(t, "equal") {
		return equals(t, values, nullable, get)
	}
	from, to := rapid.Ptr(values, true).Draw(t, "from"), rapid.Ptr(values, true).Draw(t, "to")
	ends := map[string]any{"from": from, "to": to}
	if from != nil && to == nil && rapid.Bool().Draw(t, "left out") {
		delete(ends, "to")
	}
	return value{encode(ends), func(row thing) bool {
		n := get(row)
		return n != nil && (from == nil || *n >= *from) && (to == nil || *n <= *to)
	}}
}

// date draws a date in any of its forms. It thinks in texts: a stored time belongs to a date if it begins as the date
// does, and texts of one length sort as their times do.
func date(t *rapid.T, nullable bool, get func(thing) *time.Time) value {
	shorten := func(at time.Time, like string) string {
		return at.UTC().Format(time.RFC3339)[:len(strings.TrimSuffix(like, "Z"))]
	}
	end := func(label string) string {
		return moments.Draw(t, label).Format(rapid.SampledFrom([]string{time.DateOnly, time.RFC3339}).Draw(t, "layout"))
	}
	inRange := func(from, to string) test {
		return func(row thing) bool {
			at := get(row)
			return at != nil && (from == "" || shorten(*at, from) >= strings.TrimSuffix(from, "Z")) && (to == "" || shorten(*at, to) <= strings.TrimSuffix(to, "Z"))
		}
	}
	var v value
	if rapid.Bool().Draw(t, "one date") {
		day := end("date")
		v = value{encode(day), inRange(day, day)}
	} else {
		from, to := end("from"), end("to")
		if open := rapid.SampledFrom([]string{"", "from", "to", "both"}).Draw(t, "open"); open == "both" {
			from, to = "", ""
		} else if open == "from" {
			from = ""
		} else if open == "to" {
			to = ""
		}
		forms := []string{encode(from + ".." + to), encode([]string{from, to}), encode(map[string]string{"from": from, "to": to}),
			strings.ReplaceAll(encode([]string{from, to}), `""`, "null")}
		v = value{rapid.SampledFrom(forms).Draw(t, "form"), inRange(from, to)}
	}
	if nullable {
		return orNull(t, v, func(row thing) bool { return get(row) == nil })
	}
	return v
}
