package e2e_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// This file implements section 4 of the contract a second time, on rows in memory: the lists' fields, the rows that a
// filter matches, and the order of a sort. It is independent of the services' code.

type kind int

const (
	aText kind = iota
	aCode
	aBool
	aNumber
	aDate
)

// listField is a field of a list. Its value in a row has the name member.
type listField struct {
	name, member              string
	kind                      kind
	nullable                  bool
	sorts, filters, isInQuery bool
}

// model is one of the three lists: its fields, and the rows known to the tests.
type model struct {
	path   string
	fields []listField
	rows   []object
	// fence is a filter that restricts a list to the model's rows, whatever else the system contains: by ids, or by
	// fence2 if the question already filters by id.
	fence, fence2 object
}

func (m *model) field(name string) listField {
	for _, f := range m.fields {
		if f.name == name {
			return f
		}
	}
	panic("the contract has no field " + name)
}

// declare declares fields: name, member if it differs, kind, and options: s sort, f filter, q search, 0 nullable.
func declare(k kind, uses string, names ...string) []listField {
	fields := make([]listField, len(names))
	for i, name := range names {
		name, member, renamed := strings.Cut(name, "=")
		if !renamed {
			member = name
		}
		fields[i] = listField{
			name: name, member: member, kind: k, nullable: strings.Contains(uses, "0"),
			sorts: strings.Contains(uses, "s"), filters: strings.Contains(uses, "f"), isInQuery: strings.Contains(uses, "q"),
		}
	}
	return fields
}

// The fields of contract sections 4.1 to 4.3. (Section 4.1 sorts by fewer than section 4.2, which adds what filters.)
var (
	userFields = slices.Concat(
		declare(aNumber, "sf", "id"),
		declare(aText, "sfq", "username", "email", "typeName", "authTypeName"),
		declare(aText, "sfq0", "firstName", "lastName"),
		declare(aCode, "sf", "userTypeCode=typeCode", "authTypeCode"),
		declare(aCode, "f", "typeCode"),
		declare(aBool, "sf", "isActive"),
		declare(aDate, "sf", "createdAt", "updatedAt"),
		declare(aDate, "sf0", "verifiedAt", "lastLoginAt"),
		declare(aDate, "f0", "subscriptionExemptionStartsAt", "subscriptionExemptionEndsAt"),
		declare(aNumber, "f0", "legacyUserId"),
	)
	fullFields = slices.Concat(
		userFields,
		declare(aCode, "sf0", "subscriptionStatus"),
		declare(aText, "fq0", "subscriptionPlanName", "promotionName"),
		declare(aText, "f0", "stripeCustomerId", "stripeSubscriptionId", "couponName"),
		declare(aText, "sfq0", "promotionCode"),
		declare(aNumber, "sf0", "subscriptionPlanAmount", "subscriptionChargedAmount", "discountPercentage"),
		declare(aCode, "f0", "couponTypeCode"),
	)
	requestFields = slices.Concat(
		declare(aNumber, "sf", "id", "userId", "attempts"),
		declare(aCode, "sfq", "requestTypeCode"),
		declare(aText, "sfq", "requestTypeName", "username", "email"),
		declare(aText, "sfq0", "verificationCode", "firstName", "lastName"),
		declare(aDate, "sf", "createdOn"),
		declare(aBool, "sf", "isActive"),
	)
)

// matching returns the rows for which all members of a filter hold.
func (m *model) matching(filter object) []object {
	return slices.DeleteFunc(slices.Clone(m.rows), func(row object) bool {
		for name, value := range filter {
			if !m.holds(row, name, value) {
				return true
			}
		}
		return false
	})
}

func (m *model) holds(row object, name string, value any) bool {
	if name == "q" {
		return !slices.ContainsFunc(strings.Fields(value.(string)), func(word string) bool {
			return !slices.ContainsFunc(m.fields, func(f listField) bool { return f.isInQuery && contains(row[f.member], word) })
		})
	}
	f := m.field(name)
	has := row[f.member]
	if f.nullable && (value == nil || value == "null") {
		return has == nil
	}
	if f.nullable && value == "!null" {
		return has != nil
	}
	switch f.kind {
	case aText:
		return value == "" || contains(has, value.(string))
	case aDate:
		from, to := rangeOf(value)
		return has != nil && within(has.(string), from, to)
	}
	if items, ok := value.([]any); ok {
		return slices.ContainsFunc(items, func(item any) bool { return m.holds(row, name, item) })
	}
	if ends, ok := value.(object); ok {
		from, fromSet := ends["from"].(float64)
		to, toSet := ends["to"].(float64)
		n, isSet := has.(float64)
		return isSet && (!fromSet || n >= from) && (!toSet || n <= to)
	}
	return has == value
}

// folded returns a text with case removed. A Caser keeps state, so each call creates its own.
func folded(text string) string { return cases.Fold().String(text) }

func contains(whole any, part string) bool {
	text, ok := whole.(string)
	return ok && strings.Contains(folded(text), folded(norm.NFC.String(part)))
}

// rangeOf parses the three spellings of a range, and a single date, which is a range from itself to itself. An open end
// is empty.
func rangeOf(value any) (from, to string) {
	switch value := value.(type) {
	case []any:
		from, _ = value[0].(string)
		to, _ = value[1].(string)
	case object:
		from, _ = value["from"].(string)
		to, _ = value["to"].(string)
	case string:
		if a, b, isRange := strings.Cut(value, ".."); isRange {
			return a, b
		}
		return value, value
	}
	return from, to
}

// within reports whether a time lies between the beginning of from and the end of to. The API's times are in UTC and
// whole seconds, so a time belongs to a day if it begins with the day's text, and texts of the same length sort as
// times do.
func within(at, from, to string) bool {
	from, to = inUTC(from), inUTC(to)
	return (from == "" || at[:len(from)] >= from) && (to == "" || at[:len(to)] <= to)
}

func inUTC(text string) string {
	if len(text) <= len(time.DateOnly) {
		return text
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t.UTC().Format(time.RFC3339)
}

// term is a field and a direction of a sort.
type term struct {
	field      string
	descending bool
}

// sorted sorts rows by the terms: nulls last in both directions, then by id.
func (m *model) sorted(rows []object, terms ...term) []object {
	rows = slices.Clone(rows)
	root := collate.New(language.Und)
	slices.SortFunc(rows, func(a, b object) int {
		for _, t := range append(slices.Clone(terms), term{field: "id"}) {
			x, y := a[m.field(t.field).member], b[m.field(t.field).member]
			if x == nil || y == nil {
				if c := compareBools(x == nil, y == nil); c != 0 {
					return c
				}
				continue
			}
			c := compareValues(root, x, y)
			if t.descending {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
	return rows
}

func compareValues(root *collate.Collator, x, y any) int {
	switch x := x.(type) {
	case float64:
		return cmp.Compare(x, y.(float64))
	case bool:
		return compareBools(x, y.(bool))
	case string:
		a, b := strings.ToLower(x), strings.ToLower(y.(string))
		return cmp.Or(root.CompareString(a, b), strings.Compare(a, b))
	}
	panic(fmt.Sprintf("nothing sorts by %v", x))
}

func compareBools(x, y bool) int {
	return strings.Compare(fmt.Sprint(x), fmt.Sprint(y))
}

// fenced adds the fence to a filter.
func (m *model) fenced(filter object) object {
	fence := m.fence
	for name := range fence {
		if _, taken := filter[name]; taken {
			fence = m.fence2
		}
	}
	all := object{}
	for name, value := range fence {
		all[name] = value
	}
	for name, value := range filter {
		all[name] = value
	}
	return all
}
