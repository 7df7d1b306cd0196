package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"muster/libs/usersapi"
)

// maxProperties is how long the custom properties of one user may be, in bytes, as ParseProperties gives them.
const maxProperties = 16 << 10

// Properties are the custom properties of a user: a JSON object that the operator keeps with the user, such as a plan
// or a tenant, and that directory makes nothing of. The empty text is a user without any.
//
// They are not part of [User]: they may be long, and no rule asks for them, so that what happens often to users, such as
// signing in, neither reads nor writes them. Only administrators change them, because applications trust them when they
// decide what a user may do.
type Properties string

// UserWithProperties is a user as reads show it to those who may see the properties too.
type UserWithProperties struct {
	usersapi.User
	// Properties are a JSON object, {} when there are none.
	Properties string
}

// ParseProperties reads a JSON object and gives it in one form: UTF-8 without blanks, members in the order of their
// names, numbers digit by digit. {} is the empty text. The text of its error is meant for the user.
//
// It refuses what could not come back as it was given: a name that one object has twice, NUL characters, and long
// numbers, since the database would write out every digit of 1e100000. Half a surrogate pair becomes U+FFFD, as in all
// JSON that Go reads.
func ParseProperties(text string) (Properties, error) {
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
	return Properties(object), nil
}

// putProperties stores the properties that the change brings, if it does, and says whether they differ from those before.
func (c UserChange) putProperties(ctx context.Context, tx Tx, id int64) (changed bool, err error) {
	if !c.Properties.Given {
		return false, nil
	}
	var properties Properties
	if c.Properties.Value != nil {
		properties = *c.Properties.Value
	}
	return tx.PutProperties(ctx, id, properties)
}

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
