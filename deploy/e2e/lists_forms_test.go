package e2e_test

import (
	"fmt"
	"slices"
	"strings"
)

// forms returns filter values for a field: every form in the contract, with values that some rows have and values that
// no row has.
func (m *model) forms(name string) []any {
	if name == "q" {
		return m.searches()
	}
	f := m.field(name)
	values := m.values(f)
	var all []any
	switch f.kind {
	case aText:
		all = textForms(values)
	case aCode, aBool:
		all = anyOfForms(values)
		if f.kind == aCode {
			all = append(all, "NONE", []any{"NONE"})
		}
	case aNumber:
		all = slices.Concat(anyOfForms(values), numberForms(values))
	case aDate:
		all = dateForms(values)
	}
	if f.nullable {
		all = append(all, nil, "null", "!null")
		if f.kind != aText && f.kind != aDate {
			all = append(all, []any{nil}, []any{"!null", "null"})
			if len(values) > 0 {
				all = append(all, []any{values[0], nil}, []any{"null", values[len(values)-1]})
			}
		}
	}
	return all
}

// values returns the distinct non-null values of the rows in a field.
func (m *model) values(f listField) []any {
	var values []any
	for _, row := range m.rows {
		if v := row[f.member]; v != nil && !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return values
}

// some returns at most n of the values, including the first and the last.
func some(values []any, n int) []any {
	if len(values) <= n {
		return values
	}
	chosen := make([]any, n)
	for i := range chosen {
		chosen[i] = values[i*(len(values)-1)/(n-1)]
	}
	return chosen
}

func textForms(values []any) []any {
	all := []any{"", "nobody has this", "%", "_", `\`}
	for _, v := range some(values, 4) {
		text := []rune(v.(string))
		middle := string(text[len(text)/4 : len(text)-len(text)/4])
		all = append(all, v, strings.ToUpper(v.(string)), strings.ToLower(v.(string)), middle, middle+"%")
	}
	return all
}

func anyOfForms(values []any) []any {
	all := []any{[]any{}}
	for _, v := range some(values, 4) {
		all = append(all, v, []any{v})
	}
	if len(values) > 1 {
		all = append(all, []any{values[0], values[len(values)-1]}, []any{values[0], values[0]})
	}
	return append(all, append([]any{}, some(values, 20)...))
}

func numberForms(values []any) []any {
	all := []any{-1.0, []any{-1.0, 987654321.0}, object{"from": nil, "to": nil}, object{"from": 2.0, "to": 1.0}}
	for _, v := range some(values, 3) {
		n := v.(float64)
		all = append(all, object{"from": n}, object{"to": n}, object{"from": n, "to": n}, object{"from": n, "to": nil}, object{"from": nil, "to": n},
			object{"from": n + 1}, object{"to": n - 1}, object{"from": n, "to": n + 500})
	}
	return all
}

// dateForms returns days, seconds and ranges of them in each of the three spellings, with each way to leave an end
// open.
func dateForms(values []any) []any {
	all := []any{"1999-12-31", "1999-12-31T23:59:59Z", []any{nil, nil}, "..", object{"from": nil, "to": ""}}
	for _, v := range some(values, 3) {
		second := v.(string)
		day := second[:len("2023-01-15")]
		all = append(all, day, second, strings.TrimSuffix(second, "Z")+"+00:00", strings.TrimSuffix(second, "Z")+".999Z")
		for _, end := range []string{day, second} {
			all = append(all, []any{end, end}, object{"from": end, "to": end}, end+".."+end,
				[]any{end, nil}, []any{"", end}, []any{nil, end}, object{"from": end}, object{"to": end}, object{"from": end, "to": nil}, object{"from": "", "to": end},
				end+"..", ".."+end, []any{day, second}, object{"from": second, "to": day}, "2031-01-01.."+end)
		}
	}
	return all
}

func (m *model) searches() []any {
	all := []any{"", " ", "nobody has this", "%", "_", `\`}
	for _, row := range m.rows[:min(3, len(m.rows))] { // words of several columns, in any order
		all = append(all, fmt.Sprintf(" %v\t%v\u3000%v ", row["typeName"], row["username"], row["email"]), fmt.Sprintf("%v %v", row["email"], row["username"]))
	}
	for _, f := range m.fields {
		if !f.isInQuery {
			continue
		}
		for _, v := range some(m.values(f), 2) {
			text := []rune(strings.ToUpper(v.(string)))
			all = append(all, v, string(text[len(text)/3:]))
		}
	}
	return all
}

// filterable returns the names of all filters, including q.
func (m *model) filterable() []string {
	names := []string{"q"}
	for _, f := range m.fields {
		if f.filters {
			names = append(names, f.name)
		}
	}
	return names
}

func (m *model) sortable() []string {
	var names []string
	for _, f := range m.fields {
		if f.sorts {
			names = append(names, f.name)
		}
	}
	return names
}
