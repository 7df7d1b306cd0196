package credentials_test

import (
	"strings"
	"testing"

	"muster/services/identity/internal/credentials"
)

const (
	length  = "must have 8 to 128 characters"
	address = "must not be the email address or the part of it before the @"
	common  = "is one of the most used passwords"
)

func TestWhatAChosenPasswordMustSatisfy(t *testing.T) {
	for _, c := range []struct{ password, email, want string }{
		{"correct horse", "ada@example.com", ""},
		{"", "ada@example.com", length},
		{"1234567", "ada@example.com", length},
		{strings.Repeat("é", 7), "ada@example.com", length},
		{strings.Repeat("e\u0301", 7), "ada@example.com", length}, // seven characters in NFC
		{strings.Repeat("e\u0301", 8), "ada@example.com", ""},
		{strings.Repeat("e\u0301", 128), "ada@example.com", ""},
		{strings.Repeat("x", 128), "ada@example.com", ""},
		{strings.Repeat("x", 129), "ada@example.com", length},

		{"12345678", "ada@example.com", common},
		{"PassWord", "ada@example.com", common},
		{"baseball", "", common},
		{"password ", "ada@example.com", ""}, // nobody trims a password
		{"passwörd", "ada@example.com", ""},

		{"ada@example.com", "ada@example.com", address},
		{"ADA@Example.COM", " ada@example.com", address},
		{"ada@bücher.example", "ada@xn--bcher-kva.example", address},
		{"lovelace", "lovelace@example.com", address},
		{"LoveLace", "lovelace@example.com", address},
		{"lo\u0308velace", "l\u00f6velace@example.com", address},
		{"lovelace1", "lovelace@example.com", ""},
		{"example.com", "lovelace@example.com", ""},
		{"lovelace", "lovelace", address}, // an address that is none
		{"lovelace", "", ""},
	} {
		if got := (credentials.Policy{MinLength: 8}).Problem(c.password, c.email); got != c.want {
			t.Errorf("%.40q of %s: %q, want %q", c.password, c.email, got, c.want)
		}
	}
	if got := (credentials.Policy{MinLength: 12}).Problem("correct hor", ""); got != "must have 12 to 128 characters" {
		t.Errorf("11 of 12 characters: %q", got)
	}
}

func TestTheListOfCommonPasswordsIsWhole(t *testing.T) {
	list := credentials.Common()
	if len(list) != 10_000 {
		t.Errorf("%d passwords", len(list))
	}
	for password := range list {
		if password == "" || password != strings.ToLower(password) || strings.TrimSpace(password) != password {
			t.Errorf("%q", password)
		}
	}
	for _, password := range []string{"123456", "qwerty", "qqqqqq1"} { // the first, one of the next, and the last
		if !list[password] {
			t.Errorf("%q is missing", password)
		}
	}
}
