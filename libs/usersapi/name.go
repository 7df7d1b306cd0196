package usersapi

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxName is the maximum length of a name, in characters (code points).
const maxName = 100

// Errors of names. Their texts follow the field's name.
var (
	errNameLength    = errors.New("must have 1 to 100 characters")
	errNameInvisible = errors.New("must not hold control characters or invisible characters")
)

const (
	nonJoiner = '\u200c'
	joiner    = '\u200d'
)

// ParseName returns a username, first name or last name in its stored form (users-api.md section 3): trimmed, in
// Unicode NFC, 1 to 100 characters. Control characters and invisible format characters are refused, except joiners
// between letters or emoji. The text of the error is meant for the user.
func ParseName(s string) (string, error) {
	s = norm.NFC.String(strings.TrimSpace(s))
	if s == "" || utf8.RuneCountInString(s) > maxName {
		return "", errNameLength
	}
	if !utf8.ValidString(s) || hasInvisible([]rune(s)) {
		return "", errNameInvisible
	}
	return s, nil
}

// ParseOptionalName is ParseName for an optional name: an empty name is the same as nil.
func ParseOptionalName(s *string) (*string, error) {
	if s == nil || strings.TrimSpace(*s) == "" {
		return nil, nil
	}
	name, err := ParseName(*s)
	if err != nil {
		return nil, err
	}
	return &name, nil
}

func hasInvisible(name []rune) bool {
	for i, r := range name {
		if r == joiner || r == nonJoiner {
			if i == 0 || i == len(name)-1 || !joinable(name[i-1]) || !joinable(name[i+1]) {
				return true
			}
			continue
		}
		if invisible(r) {
			return true
		}
	}
	return false
}

// joinable reports whether r is part of a letter or an emoji. Marks are: a vowel sign, or the selector that turns a
// symbol into an emoji.
func joinable(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsSymbol(r) }

// invisible matches control characters, line and paragraph separators, and invisible format characters.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) ||
		unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) || // those are signs before a number
		ignorable(r) && !unicode.Is(unicode.Variation_Selector, r)
}

// ignorable matches invisible characters outside the category of format characters.
func ignorable(r rune) bool {
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
