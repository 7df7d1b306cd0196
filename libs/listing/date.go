package listing

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"
)

// span is the half-open interval that a date means: start is included, end is not. A zero time is an open end.
type span struct{ start, end time.Time }

// parseDate reads the filter value of a date field.
func (f *Field) parseDate(raw json.RawMessage) (condition, error) {
	from, to, err := dateEnds(raw)
	if err != nil {
		return condition{}, err
	}
	var all []condition
	if from != "" {
		s, err := dateSpan(from)
		if err != nil {
			return condition{}, err
		}
		all = append(all, compare(f, ">=", s.start))
	}
	if to != "" {
		s, err := dateSpan(to)
		if err != nil {
			return condition{}, err
		}
		all = append(all, compare(f, "<", s.end))
	}
	if len(all) == 0 {
		return notNull(f), nil
	}
	return allOf(all...), nil
}

// dateEnds finds the two ends of a filter value. A single date is both ends. An open end is empty.
func dateEnds(raw json.RawMessage) (from, to string, err error) {
	if items, ok := array(raw); ok {
		if len(items) != 2 {
			return "", "", errNotAllowed
		}
		return dateStrings(items[0], items[1])
	}
	if members, ok, err := object(raw); ok {
		if err != nil {
			return "", "", err
		}
		from, to, err := rangeEnds(members)
		if err != nil {
			return "", "", err
		}
		return dateStrings(from, to)
	}
	text, err := stringValue(raw)
	if err != nil {
		return "", "", err
	}
	if from, to, ok := strings.Cut(text, ".."); ok {
		return from, to, nil
	}
	if text == "" {
		return "", "", errNotAllowed
	}
	return text, text, nil
}

// dateStrings reads the ends of a range. nil and null are open ends, like the empty string.
func dateStrings(from, to json.RawMessage) (string, string, error) {
	var texts [2]string
	for i, raw := range []json.RawMessage{from, to} {
		if raw == nil || isNullJSON(raw) {
			continue
		}
		text, err := stringValue(raw)
		if err != nil {
			return "", "", err
		}
		texts[i] = text
	}
	return texts[0], texts[1], nil
}

// fullTime is strict RFC 3339. time.Parse also accepts a one-digit hour and a comma.
var fullTime = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`)

// dateSpan returns the UTC day of a bare date, or the whole second of a full time. Stored times are finer than a
// second, but callers may have seen them rounded to one.
func dateSpan(text string) (span, error) {
	if len(text) == len(time.DateOnly) {
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return span{}, errNotAllowed
		}
		return span{day, day.AddDate(0, 0, 1)}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || !fullTime.MatchString(text) {
		return span{}, errNotAllowed
	}
	second := t.UTC().Truncate(time.Second)
	return span{second, second.Add(time.Second)}, nil
}
