package usersapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxProperties is the maximum size of a user's custom properties in bytes, in the form that ParseProperties returns.
const maxProperties = 16 << 10

// ParseProperties parses a user's custom properties, a JSON object, and returns its canonical form: UTF-8 without
// whitespace, members sorted by name, numbers without exponents. {} becomes the empty string. The error text is meant
// for the user.
//
// It rejects input that would not survive a round trip: a duplicate name in an object, NUL characters, and long
// numbers, because the database would write out every digit of 1e100000. An unpaired surrogate becomes U+FFFD, as
// always in encoding/json.
func ParseProperties(text string) (string, error) {
	if !utf8.ValidString(text) {
		return "", errors.New("must be UTF-8")
	}
	if !strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") || !json.Valid([]byte(text)) {
		return "", errors.New("must be a JSON object")
	}
	object, err := newJSONReader(text).value(0)
	switch {
	case err != nil:
		return "", err
	case len(object) > maxProperties:
		return "", fmt.Errorf("must have at most %d bytes as compact JSON, not %d", maxProperties, len(object))
	case object == "{}":
		return "", nil
	}
	return object, nil
}

// maxPropertiesDepth is the maximum nesting of objects and arrays; the outermost object is level 1.
const maxPropertiesDepth = 16

// jsonReader reads one valid JSON value and returns its canonical form.
type jsonReader struct{ tokens *json.Decoder }

func newJSONReader(text string) jsonReader {
	tokens := json.NewDecoder(strings.NewReader(text))
	tokens.UseNumber()
	return jsonReader{tokens}
}

// value reads the next value, which is nested in depth objects and arrays.
func (r jsonReader) value(depth int) (string, error) {
	token, err := r.tokens.Token()
	if err != nil {
		return "", err
	}
	switch v := token.(type) {
	case json.Delim:
		if depth == maxPropertiesDepth {
			return "", fmt.Errorf("must not be nested deeper than %d levels", maxPropertiesDepth)
		}
		if v == '{' {
			return r.object(depth + 1)
		}
		return r.array(depth + 1)
	case json.Number:
		return plainNumber(v.String())
	case string:
		return quoted(v)
	case bool:
		return strconv.FormatBool(v), nil
	}
	return "null", nil
}

// object reads the members of an object and the closing brace.
func (r jsonReader) object(depth int) (string, error) {
	members := map[string]string{}
	for r.tokens.More() {
		name, err := r.value(depth)
		if err != nil {
			return "", err
		}
		if _, twice := members[name]; twice {
			return "", errors.New("must not have one name twice in an object")
		}
		if members[name], err = r.value(depth); err != nil {
			return "", err
		}
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		parts = append(parts, name+":"+members[name])
	}
	_, err := r.tokens.Token()
	return "{" + strings.Join(parts, ",") + "}", err
}

// array reads the items of an array and the closing bracket.
func (r jsonReader) array(depth int) (string, error) {
	var items []string
	for r.tokens.More() {
		item, err := r.value(depth)
		if err != nil {
			return "", err
		}
		items = append(items, item)
	}
	_, err := r.tokens.Token()
	return "[" + strings.Join(items, ",") + "]", err
}

// quoted returns s as a JSON string with the minimal escapes.
func quoted(s string) (string, error) {
	if strings.ContainsRune(s, 0) {
		return "", errors.New("must not hold the character U+0000")
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(s)
	return strings.TrimSuffix(text.String(), "\n"), err
}

// maxNumber is the maximum length of a number without an exponent, in characters. It is the limit of numbers in
// filters.
const maxNumber = 40

var errLongNumber = fmt.Errorf("must not hold numbers of more than %d characters, written without an exponent", maxNumber)

// plainNumber returns a JSON number without an exponent. It keeps the same fraction digits as PostgreSQL: 1.50 and 1.5
// stay distinct, and 150e-2 becomes 1.50.
func plainNumber(text string) (string, error) {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	shift := 0
	if exponent != "" {
		var err error
		if shift, err = strconv.Atoi(exponent); err != nil || max(shift, -shift) > maxNumber {
			return "", errLongNumber
		}
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction + strings.Repeat("0", max(0, shift-len(fraction)))
	scale := max(0, len(fraction)-shift) // number of fraction digits
	digits = strings.Repeat("0", max(0, scale+1-len(digits))) + digits

	number := strings.TrimLeft(digits[:len(digits)-scale], "0")
	if number == "" {
		number = "0"
	}
	if scale > 0 {
		number += "." + digits[len(digits)-scale:]
	}
	if negative && strings.Trim(digits, "0") != "" { // PostgreSQL has no -0
		number = "-" + number
	}
	if len(number) > maxNumber {
		return "", errLongNumber
	}
	return number, nil
}
