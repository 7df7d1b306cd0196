package listing

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"muster/libs/errs"
	"muster/libs/pg"
)

// Filter values, as strings, for rows without and with a value.
const (
	isNull    = "null"
	isNotNull = "!null"
)

// maxAnyOf is the maximum number of values in an any-of array, the same as the rows of a page.
const maxAnyOf = 1000

// maxWords bounds the cost of a search.
const maxWords = 20

// maxProblems bounds the size of the answer to an invalid filter.
const maxProblems = 10

// parseFilter reads the parameter filter.
func (l *List) parseFilter(text string) (conditions []condition, problems []errs.Field) {
	if text == "" {
		return nil, nil
	}
	members, err := filterMembers(text)
	if err == nil {
		err = l.checkProperties(members)
	}
	if err != nil {
		return nil, []errs.Field{{Field: "filter", Message: err.Error()}}
	}
	for _, m := range members {
		c, err := l.parseMember(m)
		if err == nil {
			conditions = append(conditions, c)
			continue
		}
		if problems = append(problems, *err); len(problems) == maxProblems {
			break
		}
	}
	return conditions, problems
}

func filterMembers(text string) ([]member, error) {
	const example = `such as {"id":[1,2,3]}`
	if err := checkJSON(text); err != nil {
		return nil, fmt.Errorf("%w; it must be a JSON object %s", err, example)
	}
	members, ok, err := object(json.RawMessage(text))
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, errors.New("must be a JSON object " + example)
	}
	return members, nil
}

// parseMember reads one member of the filter.
func (l *List) parseMember(m member) (condition, *errs.Field) {
	problem := func(field string, err error) (condition, *errs.Field) {
		return condition{}, &errs.Field{Field: field, Message: err.Error()}
	}
	parse, allowed := l.parseSearch, Text.rule().allowed
	if m.name != searchName || len(l.searched) == 0 {
		f, err := l.filterField(m.name)
		if err != nil {
			return problem("filter", err)
		}
		parse, allowed = f.parse, f.allowed()
	}
	c, err := parse(m.value)
	if errors.Is(err, errNotAllowed) {
		err = errors.New("must be " + allowed)
	}
	if err != nil {
		return problem("filter."+m.name, err)
	}
	return c, nil
}

// parseSearch reads the value of q. Every word, separated by Unicode white space, must occur in a searched field.
func (l *List) parseSearch(raw json.RawMessage) (condition, error) {
	text, err := stringValue(raw)
	if err != nil {
		return condition{}, err
	}
	words := strings.Fields(text)
	if len(words) > maxWords {
		return condition{}, fmt.Errorf("must have at most %d words", maxWords)
	}
	all := make([]condition, len(words))
	for i, word := range words {
		all[i] = l.contain(word)
	}
	return allOf(all...), nil
}

// asksForRows reports whether the filter has an array of ids.
func (l *List) asksForRows(filter string) bool {
	members, _, err := object(json.RawMessage(filter))
	return err == nil && slices.ContainsFunc(members, func(m member) bool {
		_, isArray := array(m.value)
		return isArray && slices.Contains(l.id.names(), m.name)
	})
}

// parse reads the filter value of one field. It returns errNotAllowed for a value of the wrong kind.
func (f *Field) parse(raw json.RawMessage) (condition, error) {
	if c, ok := f.parseNull(raw); ok {
		return c, nil
	}
	switch f.Kind {
	case Text:
		part, err := stringValue(raw)
		if err != nil {
			return condition{}, err
		}
		return f.contains(part), nil
	case Date:
		return f.parseDate(raw)
	}
	if items, ok := array(raw); ok {
		return f.parseAnyOf(items)
	}
	if members, ok, err := object(raw); ok && f.Kind.rule().ranges {
		if err != nil {
			return condition{}, err
		}
		return f.parseNumbers(members)
	}
	value, err := f.Kind.rule().scalar(f, raw)
	if err != nil {
		return condition{}, err
	}
	return equal(f, value), nil
}

// parseNull reads null, "null" and "!null", which only nullable fields accept.
func (f *Field) parseNull(raw json.RawMessage) (condition, bool) {
	if !f.Nullable {
		return condition{}, false
	}
	if isNullJSON(raw) {
		return null(f), true
	}
	switch s, _ := stringValue(raw); s {
	case isNull:
		return null(f), true
	case isNotNull:
		return notNull(f), true
	}
	return condition{}, false
}

// parseAnyOf reads an array of values of which any may match. An element may be any single value except an array or an
// object.
func (f *Field) parseAnyOf(items []json.RawMessage) (condition, error) {
	if len(items) > maxAnyOf {
		return condition{}, fmt.Errorf("must be at most %d values", maxAnyOf)
	}
	var values pg.Array[string]
	var either []condition
	for _, item := range items {
		if c, ok := f.parseNull(item); ok {
			either = append(either, c)
			continue
		}
		value, err := f.Kind.rule().scalar(f, item)
		if err != nil {
			return condition{}, err
		}
		values = append(values, value)
	}
	if len(values) > 0 {
		either = append(either, equalAny(f, values))
	}
	return anyOf(either...), nil
}

// parseNumbers reads {"from":…,"to":…}.
func (f *Field) parseNumbers(members []member) (condition, error) {
	from, to, err := rangeEnds(members)
	if err != nil {
		return condition{}, err
	}
	all := []condition{}
	for _, end := range []struct {
		raw      json.RawMessage
		operator string
	}{{from, ">="}, {to, "<="}} {
		if end.raw == nil || isNullJSON(end.raw) {
			continue
		}
		value, err := f.Kind.rule().scalar(f, end.raw)
		if err != nil {
			return condition{}, err
		}
		all = append(all, compare(f, end.operator, value))
	}
	if len(all) == 0 {
		return notNull(f), nil
	}
	return allOf(all...), nil
}

// rangeEnds returns the ends of a range object, nil for an absent end. At least one must be present, and nothing else
// may be.
func rangeEnds(members []member) (from, to json.RawMessage, err error) {
	for _, m := range members {
		switch m.name {
		case "from":
			from = m.value
		case "to":
			to = m.value
		default:
			return nil, nil, errNotAllowed
		}
	}
	if from == nil && to == nil {
		return nil, nil, errNotAllowed
	}
	return from, to, nil
}
