package credentials_test

import (
	"slices"
	"strings"
	"testing"

	"muster/services/identity/internal/credentials"
)

func TestCommonMistakes(t *testing.T) {
	for typed, want := range map[string][]string{
		"Secret1": {"Secret1", "sECRET1", "ecret1", "Secret", "secret1"},
		"12345":   {"12345", "2345", "1234"}, // no letters
		"aa":      {"aa", "AA", "a", "Aa"},
		"a":       {"a", "A"},
		"":        {""},
		"Épée":    {"Épée", "éPÉE", "pée", "Épé", "épée"},
		// An accent of its own belongs to its letter.
		"E\u0301pe\u0301e":       {"E\u0301pe\u0301e", "éPÉE", "pée", "Épé", "épée"},
		"ǅx":                     {"ǅx", "ǆX", "x", "ǅ", "ǆx"},
		strings.Repeat("x", 513): {strings.Repeat("x", 513)},
		strings.Repeat("1", 512): {strings.Repeat("1", 512), strings.Repeat("1", 511)},
	} {
		if got := credentials.WithMistakes(typed); !slices.Equal(got, want) {
			t.Errorf("%.20q: %.100q, want %.100q", typed, got, want)
		}
	}
}

func FuzzCommonMistakesAreFew(f *testing.F) {
	f.Add("Secret1")
	f.Fuzz(func(t *testing.T, typed string) {
		passwords := credentials.WithMistakes(typed)
		if len(passwords) > 5 || passwords[0] != typed {
			t.Errorf("%q: %q", typed, passwords)
		}
		for i, p := range passwords[1:] {
			if p == "" || slices.Contains(passwords[:i+1], p) {
				t.Errorf("%q: %q", typed, passwords)
			}
		}
	})
}

func TestApplicationPasswords(t *testing.T) {
	for password, good := range map[string]bool{
		"": false, "1": true, strings.Repeat("x", 512): true, strings.Repeat("x", 513): false, strings.Repeat("ß", 256): true,
		strings.Repeat("ß", 257): false, strings.Repeat("e\u0301", 256): true, // in the form that is hashed
	} {
		if got := credentials.ApplicationPasswordProblem(password) == ""; got != good {
			t.Errorf("%d bytes: %v", len(password), got)
		}
	}
}
