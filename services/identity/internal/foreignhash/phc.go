package foreignhash

import (
	"encoding/base64"
	"strconv"
	"strings"

	"muster/services/identity/internal/credentials"
)

// unpadded is the base64 of PHC strings. It accepts only the canonical encoding.
var unpadded = base64.RawStdEncoding.Strict()

// sections splits the text at dollar signs into exactly n parts.
func sections(rest string, n int) ([]string, error) {
	parts := strings.Split(rest, "$")
	if len(parts) != n {
		return nil, credentials.ErrHashMalformed
	}
	return parts, nil
}

// parameters parses "name=number,…". Only the given names are allowed, each once. A name with a star is optional and
// defaults to zero.
func parameters(text string, names ...string) (map[string]uint64, error) {
	values := make(map[string]uint64, len(names))
	for pair := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(pair, "=")
		n, err := number(value)
		if err != nil {
			return nil, err
		}
		if _, twice := values[name]; twice {
			return nil, credentials.ErrHashMalformed
		}
		values[name] = n
	}
	known := 0
	for _, name := range names {
		bare := strings.TrimSuffix(name, "*")
		if _, there := values[bare]; there {
			known++
		} else if bare == name {
			return nil, credentials.ErrHashMalformed
		}
	}
	if known != len(values) {
		return nil, credentials.ErrHashMalformed
	}
	return values, nil
}

// number parses a positive decimal number without sign or leading zeros.
func number(text string) (uint64, error) {
	digits := strings.Trim(text, "0123456789") == ""
	if !digits || text == "" || text[0] == '0' {
		return 0, credentials.ErrHashMalformed
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil { // out of range
		return 0, credentials.ErrHashTooExpensive
	}
	return n, nil
}

// saltAndKey decodes the last two sections of a PHC string and checks them against the limits.
func saltAndKey(encoding *base64.Encoding, salt, key string) (s, k []byte, err error) {
	s, errSalt := encoding.DecodeString(salt)
	k, errKey := encoding.DecodeString(key)
	if errSalt != nil || errKey != nil || len(s) == 0 || len(s) > maxSalt || len(k) < minKey || len(k) > maxKey {
		return nil, nil, credentials.ErrHashMalformed
	}
	return s, k, nil
}
