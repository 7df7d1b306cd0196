package usersapi_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"muster/libs/usersapi"
	"muster/libs/usersapi/emailkeys"
	"muster/libs/usersapi/usersapitest"
)

func TestParseEmail(t *testing.T) {
	good := map[string]string{
		"ada@example.com":                        "ada@example.com",
		"  Ada.Lovelace+x@Example.COM\t":         "Ada.Lovelace+x@Example.COM",
		"\u3000ada@example.com\u00a0":            "ada@example.com",
		"root@localhost":                         "root@localhost",
		"admin@muster.local":                     "admin@muster.local",
		"jörg@bücher.example":                    "jörg@bücher.example",
		"jo\u0308rg@bu\u0308cher.example":        "jörg@bücher.example",
		"\u212aate@example.com":                  "Kate@example.com", // NFC makes K of the Kelvin sign
		"ada@ｅｘａｍｐｌｅ。com":                        "ada@ｅｘａｍｐｌｅ。com",
		"ada@ශ්\u200dරී.com":                     "ada@ශ්\u200dරී.com",
		"ada@i❤\ufe0f.ws":                        "ada@i❤\ufe0f.ws",
		"o'brien!#$%&*@xn--bcher-kva.example":    "o'brien!#$%&*@xn--bcher-kva.example",
		strings.Repeat("a", 64) + "@example.com": strings.Repeat("a", 64) + "@example.com",
	}
	for in, want := range good {
		if got, err := usersapi.ParseEmail(in); err != nil || got != want {
			t.Errorf("ParseEmail(%q) = %q, %v", in, got, err)
		}
	}
	bad := []string{
		"", "   ", "ada", "@example.com", "ada@", "ada@@example.com", "ada@example.com, bob@example.com",
		"Ada <ada@example.com>", "<ada@example.com>", `"a b"@example.com`, `"a@b"@example.com`, "ada@[127.0.0.1]", "ada@example..com",
		"ada@.example.com", "ada@example.com.", "ada@example.com。", "ada@-example.com", "ada@exam_ple.com", "a da@example.com", "ada@exa mple.com",
		"ada\x00@example.com", "ada\n@example.com", "ada\u200b@example.com", "ada\u202e@example.com", "ada@example.com (comment)",
		"ada\u00a0@example.com", "ada\xff@example.com", "ada@exam\xffple.com", strings.Repeat("a", 65) + "@example.com",
		"a@" + strings.Repeat("b", 64) + ".com", "a@" + strings.Repeat("bcd.", 80) + "com",
		"a@" + strings.Repeat("ü", 60) + "." + strings.Repeat("bcd.", 47) + "com", // too long as A-labels alone
		"ada@a\u200db.com", "ada@a\u2260b.com", "ada@xn--a.com", "ada@xn--example-.com", "ada@ab--cd.example", "ada@1مثال.com",
		"ad\u3164a@example.com", "ada@exam\u00adple.com",
	}
	for _, in := range bad {
		if got, err := usersapi.ParseEmail(in); err == nil {
			t.Errorf("ParseEmail(%q) = %q, want an error", in, got)
		}
	}
}

func TestSameEmail(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		same bool
	}{
		{"Ann@Example.com", "ann@EXAMPLE.com", true},
		{"ann@example.com", "bob@example.com", false},
		{"carol@maİl.example", "carol@mail.example", false},
		{"ann@bücher.example", "ann@xn--bcher-kva.example", true},
		{"ann@BÜCHER.example", "ann@XN--BCHER-kva.example", true},
		{"ann@bu\u0308cher.example", "ann@bücher.example", true},
		{"ann@ｍａｉｌ．example", "ann@mail.example", true},
		{"ann@\u212aing.example", "ann@king.example", true},
		{"ann@straße.example", "ann@strasse.example", false},
		{"\u212aate@example.com", "kate@example.com", true}, // by NFC
		{"jörg@example.com", "jo\u0308rg@example.com", true},
		{"jörg@example.com", "JÖRG@example.com", false},
		{"jörg@example.com", "JöRG@example.com", true},
		{"ſam@example.com", "sam@example.com", false},
		{"ẞ@example.com", "ß@example.com", false},
		{"ａnn@example.com", "ann@example.com", false},
		{"no address", "NO address ", true}, // only equal to itself
		{"no address", "ann@example.com", false},
	} {
		if got := usersapi.SameEmail(tc.a, tc.b); got != tc.same {
			t.Errorf("%s and %s: %v", tc.a, tc.b, got)
		}
	}
}

// TestSpellingsOfOneAddressGoToOneMailbox pairs every character with its other cases, widths and normal forms, in the
// local part and in the domain.
func TestSpellingsOfOneAddressGoToOneMailbox(t *testing.T) {
	for _, p := range usersapitest.Pairs() {
		same := usersapi.SameEmail(p.A, p.B)
		a, errA := mailbox(p.A)
		b, errB := mailbox(p.B)
		if errA != nil || errB != nil {
			if same && usersapi.EmailKey(p.A) != strings.ToLower(p.A) {
				t.Errorf("%q and %q are the same, and not both addresses", p.A, p.B)
			}
			continue
		}
		// A mail system may fold case in the local part; A-Z alone is what all of them do.
		if to := ascii; same != (to(a) == to(b)) {
			t.Errorf("%q and %q: same %v, letters go to %q and %q", p.A, p.B, same, a, b)
		}
	}
}

func mailbox(typed string) (string, error) {
	email, err := usersapi.ParseEmail(typed)
	if err != nil {
		return "", err
	}
	return usersapi.Mailbox(email)
}

// ascii lower-cases A to Z.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= unicode.MaxASCII {
			return unicode.ToLower(r)
		}
		return r
	}, s)
}

// FuzzEmail states what holds for every text.
func FuzzEmail(f *testing.F) {
	for _, s := range []string{
		"ada@example.com", " Ada@EXAMPLE.com ", "jo\u0308rg@bu\u0308cher.example", "a@xn--bcher-kva.example", "a@ｍail。example", "x@a..b", "@", "a@b@c",
		"\u212a@\u212a.k", "a@ශ්\u200dරී.com", "\xff@\xff", "A@XN--", "a@1مثال.com", "X@AB--CD.example", "a@i❤\ufe0f.ws",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key := usersapi.EmailKey(s)
		if again := usersapi.EmailKey(key); again != key {
			t.Errorf("the key of %q is %q, whose key is %q", s, key, again)
		}
		email, err := usersapi.ParseEmail(s)
		if err != nil {
			if _, isAddress := usersapi.ParseEmail(key); isAddress == nil {
				t.Errorf("%q is no address and has the key of one, %q", s, key)
			}
			return
		}
		if again, err := usersapi.ParseEmail(email); err != nil || again != email {
			t.Errorf("ParseEmail(%q) = %q, and of that %q, %v", s, email, again, err)
		}
		if usersapi.EmailKey(email) != key || !norm.NFC.IsNormalString(email) || strings.TrimSpace(email) != email || !utf8.ValidString(email) {
			t.Errorf("%q is stored as %q", s, email)
		}
		if column := emailkeys.Column(email); column == nil && key != strings.ToLower(email) || column != nil && *column != key {
			t.Errorf("the database has another key of %q than %q", email, key)
		}
		to, err := usersapi.Mailbox(email)
		if err != nil || ascii(to) != key {
			t.Errorf("letters to %q go to %q, %v; its key is %q", email, to, err, key)
		}
	})
}
