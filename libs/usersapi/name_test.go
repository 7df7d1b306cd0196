package usersapi_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"muster/libs/usersapi"
)

func TestParseName(t *testing.T) {
	for in, want := range map[string]string{
		"Ada":                                 "Ada",
		" \t\u3000\u2028Ada Lovelace\u00a0\n": "Ada Lovelace",
		"Jo\u0308rg":                          "Jörg",
		"علی\u200cرضا":                        "علی\u200cرضا",
		"ක්\u200dෂ":                           "ක්\u200dෂ",
		"Ann 👩🏽\u200d💻":                       "Ann 👩🏽\u200d💻",
		"❤\ufe0f\u200d🔥":                      "❤\ufe0f\u200d🔥",
		"O'Brien-Smith, jr.":                  "O'Brien-Smith, jr.",
		strings.Repeat("é", 100):              strings.Repeat("é", 100),
		strings.Repeat("e\u0301", 100):        strings.Repeat("é", 100),
	} {
		if got, err := usersapi.ParseName(in); err != nil || got != want {
			t.Errorf("ParseName(%q) = %q, %v", in, got, err)
		}
	}
	for _, in := range []string{
		"", " ", "\u3000", strings.Repeat("é", 101), "a\nb", "a\x00b", "a\u0085b", "a\u2028b", "a\u200bb", "a\u202eb", "\ufeffAda", "a\u00adb",
		"\u200dAda", "Ada\u200c", "a \u200db", "7\u200d7", "a\u200d\u200db", "a\u2060b", "\u3164", "a\U000e0041b", "a\xffb",
	} {
		if got, err := usersapi.ParseName(in); err == nil {
			t.Errorf("ParseName(%q) = %q, want an error", in, got)
		}
	}
}

func TestAnEmptyOptionalNameIsNone(t *testing.T) {
	empty, blank, name, bad := "", " \u3000", " Ada ", "a\nb"
	for _, none := range []*string{nil, &empty, &blank} {
		if got, err := usersapi.ParseOptionalName(none); got != nil || err != nil {
			t.Errorf("%v, %v", got, err)
		}
	}
	if got, err := usersapi.ParseOptionalName(&name); err != nil || *got != "Ada" {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := usersapi.ParseOptionalName(&bad); err == nil {
		t.Error("a control character is taken")
	}
}

// TestNamesHoldNothingInvisible tries every character between two letters.
func TestNamesHoldNothingInvisible(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		got, err := usersapi.ParseName("a" + string(r) + "b")
		refused := unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
		if refused && err == nil {
			t.Errorf("%U is taken", r)
		}
		if err == nil && got != norm.NFC.String("a"+string(r)+"b") {
			t.Errorf("%U is stored as %q", r, got)
		}
		if err != nil && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsPunct(r)) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) {
			t.Errorf("%U is refused: %v", r, err)
		}
	}
}

// FuzzName states what holds for every text.
func FuzzName(f *testing.F) {
	for _, s := range []string{"Ada", " Jo\u0308rg ", "علی\u200cرضا", "👩🏽\u200d💻", "a\xffb", "\u200d", strings.Repeat("e\u0301", 101)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, err := usersapi.ParseName(s)
		if err != nil {
			return
		}
		if again, err := usersapi.ParseName(name); err != nil || again != name {
			t.Errorf("ParseName(%q) = %q, and of that %q, %v", s, name, again, err)
		}
		n := utf8.RuneCountInString(name)
		if n < 1 || n > 100 || !utf8.ValidString(name) || !norm.NFC.IsNormalString(name) || strings.TrimSpace(name) != name {
			t.Errorf("%q is stored as %q", s, name)
		}
	})
}
