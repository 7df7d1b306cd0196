package listing

import (
	"net/url"
	"strconv"
	"strings"

	"muster/libs/errs"
)

// ParseRawQuery reads the raw query of a URL, where JSON may stand unencoded. It differs from [url.ParseQuery] in two ways.
//
// A value that begins with an unencoded { was put there as it is, for everything that encodes a query encodes the
// brace. So + in it is a plus sign (john+tag@example.com), and & and ; inside its strings are part of them. Percent
// escapes are decoded, since browsers and tools add some by themselves; a % that begins none is a percent sign.
//
// Everywhere else + is a space as in forms, and ; is an ordinary character.
//
// A percent escape that is broken elsewhere is an error VALIDATION_FAILED and never a parameter left out: a list that
// drops its filter shows what nobody asked for.
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

// pairEnd is where the first pair of the query ends: at the next & that is not inside a string of raw JSON.
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

// unescapeLenient decodes percent escapes and leaves all else as it is.
func unescapeLenient(s string) string {
	var text strings.Builder
	for i := 0; i < len(s); {
		b, size := escapedByte(s[i:])
		text.WriteByte(b)
		i += size
	}
	return text.String()
}

// escapedByte is the byte that s, which is not empty, begins with, and how many bytes it is written in: 3 if it is a
// percent escape, else 1.
func escapedByte(s string) (b byte, size int) {
	if s[0] == '%' && len(s) >= 3 {
		if code, err := strconv.ParseUint(s[1:3], 16, 8); err == nil {
			return byte(code), 3
		}
	}
	return s[0], 1
}
