package credentials

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// WithMistakes returns the password as typed, followed by the passwords for which it may be a common mistake
// (compat.md, THUNDER_ALLOW_COMMON_MISTAKES): with caps lock on, with a stray character before or after it, with the
// wrong case of the first character. It returns at most five passwords, none of them empty and none twice.
//
// A password longer than any that an application sets comes back alone.
func WithMistakes(typed string) []string {
	passwords := []string{typed}
	text := normalized(typed) // so that a character is a letter with its accents
	if text == "" || len(text) > maxApplicationPassword {
		return passwords
	}
	_, first := utf8.DecodeRuneInString(text)
	_, last := utf8.DecodeLastRuneInString(text)
	for _, meant := range []string{
		swapCase(text), text[first:], text[:len(text)-last], swapCase(text[:first]) + text[first:],
	} {
		if meant != "" && meant != text && !slices.Contains(passwords, meant) {
			passwords = append(passwords, meant)
		}
	}
	return passwords
}

// swapCase changes the case of every letter.
func swapCase(s string) string {
	swapped := []rune(s)
	for i, r := range swapped {
		switch {
		case unicode.IsUpper(r), unicode.IsTitle(r):
			swapped[i] = unicode.ToLower(r)
		case unicode.IsLower(r):
			swapped[i] = unicode.ToUpper(r)
		}
	}
	return string(swapped)
}
