package directory

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// maxPropertiesDepth is how many objects and arrays may stand inside each other, the outermost being one.
const maxPropertiesDepth = 16

// jsonReader reads one valid JSON value and gives it as properties are kept.
type jsonReader struct{ tokens *json.Decoder }

func newJSONReader(text string) jsonReader {
	tokens := json.NewDecoder(strings.NewReader(text))
	tokens.UseNumber()
	return jsonReader{tokens}
}

// value reads the next value, which stands in so many objects and arrays.
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

// object reads the members of an object, and its closing brace.
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

// array reads the items of an array, and its closing bracket.
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

// quoted is a string in JSON, with no more escapes than it needs.
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

// maxNumber is how many characters a number may take without an exponent: as many as a filter may ask for.
const maxNumber = 40

var errLongNumber = fmt.Errorf("must not hold numbers of more than %d characters, written without an exponent", maxNumber)

// plainNumber is a JSON number without an exponent. It keeps the digits behind the point that PostgreSQL keeps: 1.50 and
// 1.5 are two texts, and 150e-2 is 1.50.
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
	scale := max(0, len(fraction)-shift) // how many of the digits stand behind the point
	digits = strings.Repeat("0", max(0, scale+1-len(digits))) + digits

	number := strings.TrimLeft(digits[:len(digits)-scale], "0")
	if number == "" {
		number = "0"
	}
	if scale > 0 {
		number += "." + digits[len(digits)-scale:]
	}
	if negative && strings.Trim(digits, "0") != "" { // PostgreSQL knows no -0
		number = "-" + number
	}
	if len(number) > maxNumber {
		return "", errLongNumber
	}
	return number, nil
}
