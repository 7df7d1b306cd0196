package listing

import (
	"net/url"
	"strconv"
	"strings"

	"muster/libs/errs"
)

// ParseRawQuery parses the raw query of a URL, which may contain unencoded JSON. It differs from [url.ParseQuery] in
// two ways.
//
// A value that begins with an unencoded { was not encoded at all, because every encoder encodes the brace. A + in it is
// therefore a plus sign (john+tag@example.com), and & and ; inside its strings belong to them. Percent escapes are
// decoded, because browsers and tools add some by themselves. A % that does not start a valid escape is a percent sign.
//
// Everywhere else + is a space, as in forms, and ; is an ordinary character.
//
// A malformed percent escape elsewhere is the error VALIDATION_FAILED. The parameter is never dropped, because a list
// that loses its filter would return rows that the caller did not ask for.
func ParseRawQuery(rawQuery string) (url.Values, error) {
	v := url.Values{}
	for rawQuery != "" {
		end := pairEnd(rawQuery)
		key, value, err := readPair(rawQuery[:end])
		if err != nil {
			return nil, err
		}
		if rawQuery[:end] != "" {
			v.Add(key, value)
		}
		rawQuery = strings.TrimPrefix(rawQuery[end:], "&")
	}
	return v, nil
}

func readPair(pair string) (key, value string, err error) {
	key, value, _ = strings.Cut(pair, "=")
	if key, err = url.QueryUnescape(key); err != nil {
		return "", "", errs.InvalidField("query", "has a broken percent escape in a name")
	}
	if isRawJSON(value) {
		return key, unescapeLenient(value), nil
	}
	if value, err = url.QueryUnescape(value); err != nil {
		return "", "", errs.InvalidField(key, "has a broken percent escape")
	}
	return key, value, nil
}

func isRawJSON(value string) bool { return strings.HasPrefix(value, "{") }

// pairEnd returns the end of the query's first pair: the next & that is not inside a string of raw JSON.
func pairEnd(query string) int {
	end := strings.IndexByte(query, '&')
	if end < 0 {
		end = len(query)
	}
	equals := strings.IndexByte(query[:end], '=')
	if equals < 0 || !isRawJSON(query[equals+1:]) {
		return end
	}
	inString := false
	for i := equals + 1; i < len(query); {
		b, size := escapedByte(query[i:])
		switch {
		case b == '"':
			inString = !inString
		case b == '\\' && inString && i+size < len(query):
			_, next := escapedByte(query[i+size:])
			size += next
		case b == '&' && size == 1 && !inString:
			return i
		}
		i += size
	}
	return len(query)
}

// unescapeLenient decodes valid percent escapes and leaves everything else unchanged.
func unescapeLenient(s string) string {
	var text strings.Builder
	for i := 0; i < len(s); {
		b, size := escapedByte(s[i:])
		text.WriteByte(b)
		i += size
	}
	return text.String()
}

// escapedByte returns the first byte of s, decoded if it is a percent escape, and its length in s: 3 for a percent
// escape, otherwise 1. s must not be empty.
func escapedByte(s string) (b byte, size int) {
	if s[0] == '%' && len(s) >= 3 {
		if code, err := strconv.ParseUint(s[1:3], 16, 8); err == nil {
			return byte(code), 3
		}
	}
	return s[0], 1
}
