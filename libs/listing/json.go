package listing

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxJSON is the maximum length of a JSON parameter in bytes. 1000 64-bit ids fit well.
const maxJSON = 64 << 10

// member is one name and value of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// checkJSON accepts exactly one JSON value in UTF-8.
func checkJSON(text string) error {
	switch {
	case len(text) > maxJSON:
		return fmt.Errorf("must be at most %d bytes long", maxJSON)
	case !utf8.ValidString(text):
		return errors.New("must be UTF-8")
	case !json.Valid([]byte(text)):
		return errors.New("is malformed JSON")
	}
	return nil
}

// object splits a valid JSON object into its members, in order. ok is false when raw is another JSON value. A name
// given twice is an error, because the intended value is ambiguous.
func object(raw json.RawMessage) (members []member, ok bool, err error) {
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, false, nil //nolint:nilerr // ok reports another JSON value
	}
	seen := map[string]bool{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, false, err
		}
		m := member{name: name.(string)} // Only a string can be a name in valid JSON.
		if err := decoder.Decode(&m.value); err != nil {
			return nil, false, err
		}
		if seen[m.name] {
			return nil, true, fmt.Errorf("names %s twice", quote(m.name))
		}
		seen[m.name] = true
		members = append(members, m)
	}
	return members, true, nil
}

// array splits a valid JSON array into its elements. ok is false when raw is another JSON value.
func array(raw json.RawMessage) (items []json.RawMessage, ok bool) {
	if !strings.HasPrefix(string(raw), "[") {
		return nil, false
	}
	return items, json.Unmarshal(raw, &items) == nil
}

// isNullJSON reports whether raw is JSON's null.
func isNullJSON(raw json.RawMessage) bool { return string(raw) == "null" }

// quote makes caller input safe to repeat in a message.
func quote(s string) string {
	const longest = 40
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
