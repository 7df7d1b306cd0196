package listing

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Kind defines how a field's values are written in a filter and how they are compared and sorted.
type Kind uint8

// The kinds. The zero value is not a kind: every field must set one.
const (
	Text    Kind = iota + 1 // text, matched by substring without regard to case
	Code                    // text, compared exactly: a code or a status
	Bool                    // boolean
	Integer                 // smallint, integer or bigint
	Decimal                 // numeric
	Date                    // timestamptz
	JSON                    // a jsonb object; callers filter by its properties
)

// kindRule holds everything that differs between kinds.
type kindRule struct {
	name    string
	sqlType string // arguments are cast to it, so that none overflows a narrower column
	allowed string // completes "must be …"
	ranges  bool   // {"from","to"}
	// scalar checks one JSON value that is not null, and returns it in PostgreSQL's text form. It is nil for kinds
	// without any-of arrays.
	scalar func(f *Field, raw json.RawMessage) (string, error)
}

var kindRules = [...]kindRule{
	Text: {name: "text", sqlType: "text", allowed: "a string of at most 1000 characters"},
	Code: {name: "code", sqlType: "text", scalar: codeScalar, allowed: "a string or an array of strings"},
	Bool: {name: "boolean", sqlType: "boolean", scalar: boolScalar, allowed: "true or false, or an array of these"},
	Integer: {name: "integer", sqlType: "bigint", ranges: true, scalar: integerScalar,
		allowed: `a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null`},
	Decimal: {name: "decimal", sqlType: "numeric", ranges: true, scalar: decimalScalar,
		allowed: `a number without an exponent, an array of such, or {"from":12.5,"to":20} with either end left out or null`},
	Date: {name: "date", sqlType: "timestamptz",
		allowed: `a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], ` +
			`{"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty`},
	JSON: {name: "JSON", sqlType: "jsonb", scalar: propertyScalar,
		allowed: "a string of at most 1000 characters, a number without an exponent, true or false, or an array of these"},
}

// String returns the kind's name for messages and documents.
func (k Kind) String() string {
	if !k.known() {
		return "Kind(" + strconv.Itoa(int(k)) + ")"
	}
	return k.rule().name
}

func (k Kind) known() bool { return k >= Text && int(k) < len(kindRules) }

func (k Kind) rule() kindRule { return kindRules[k] }

// equality returns the operator that compares a column with a value: equality, or containment for JSON.
func (k Kind) equality() string {
	if k == JSON {
		return "@>"
	}
	return "="
}

// isText reports whether columns of this kind hold text, which sorts without regard to case.
func (k Kind) isText() bool { return k == Text || k == Code }

// allowed describes the values that a filter on f accepts. It completes "must be …".
func (f *Field) allowed() string {
	text := f.Kind.rule().allowed
	if f.Digits {
		text += "; a string of digits counts as a number"
	}
	if len(f.Values) > 0 {
		text = "one of " + strings.Join(f.Values, ", ") + ", or an array of these"
	}
	if f.Nullable {
		text += `; or "null" or "!null"`
	}
	return text
}

// errNotAllowed means a value of the wrong kind. The caller replaces it with a message that says what is allowed.
var errNotAllowed = errors.New("is not allowed")

func codeScalar(f *Field, raw json.RawMessage) (string, error) {
	code, err := stringValue(raw)
	if err != nil {
		return "", err
	}
	if len(f.Values) > 0 && !slices.Contains(f.Values, code) {
		return "", errNotAllowed
	}
	return code, nil
}

func boolScalar(_ *Field, raw json.RawMessage) (string, error) {
	if s := string(raw); s == "true" || s == "false" {
		return s, nil
	}
	return "", errNotAllowed
}

func integerScalar(f *Field, raw json.RawMessage) (string, error) {
	text := string(raw)
	if f.Digits && strings.HasPrefix(text, `"`) {
		spelled, err := stringValue(raw)
		if err != nil || !digits.MatchString(spelled) {
			return "", errNotAllowed
		}
		text = spelled
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return "", errNotAllowed
	}
	return strconv.FormatInt(n, 10), nil
}

var digits = regexp.MustCompile(`^[0-9]+$`)

// decimalDigits bounds the length of a decimal. No column holds more digits.
const decimalDigits = 40

var decimalNumber = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

func decimalScalar(_ *Field, raw json.RawMessage) (string, error) {
	if len(raw) > decimalDigits || !decimalNumber.Match(raw) {
		return "", errNotAllowed
	}
	return string(raw), nil
}

// maxText is the greatest length, in characters, of a searched text.
const maxText = 1000

// stringValue reads a JSON string that PostgreSQL accepts, in NFC like all stored text.
func stringValue(raw json.RawMessage) (string, error) {
	var s *string
	if err := json.Unmarshal(raw, &s); err != nil || s == nil {
		return "", errNotAllowed
	}
	if strings.ContainsRune(*s, 0) {
		return "", errors.New("must not hold the NUL character")
	}
	text := norm.NFC.String(*s)
	if utf8.RuneCountInString(text) > maxText {
		return "", fmt.Errorf("must be at most %d characters long", maxText)
	}
	return text, nil
}
