package usersapi_test

import (
	"strings"
	"testing"

	"muster/libs/usersapi"
)

func TestParseEmail(t *testing.T) {
	good := map[string]string{
		"ada@example.com":                        "ada@example.com",
		"  Ada.Lovelace+x@Example.COM\t":         "Ada.Lovelace+x@Example.COM",
		"root@localhost":                         "root@localhost",
		"admin@muster.local":                     "admin@muster.local",
		"jörg@bücher.example":                    "jörg@bücher.example",
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
		"Ada <ada@example.com>", "<ada@example.com>", `"a b"@example.com`, "ada@[127.0.0.1]", "ada@example..com",
		"ada@.example.com", "ada@example.com.", "ada@-example.com", "ada@exam_ple.com", "a da@example.com", "ada@exa mple.com",
		"ada\x00@example.com", "ada\n@example.com", "ada\u200b@example.com", "ada\u202e@example.com", "ada@example.com (comment)",
		"ada\u00a0@example.com", "ada\xff@example.com", strings.Repeat("a", 65) + "@example.com",
		"a@" + strings.Repeat("b", 64) + ".com", "a@" + strings.Repeat("bcd.", 80) + "com",
	}
	for _, in := range bad {
		if got, err := usersapi.ParseEmail(in); err == nil {
			t.Errorf("ParseEmail(%q) = %q, want an error", in, got)
		}
	}
}

func TestSameEmailIsWhatTheDatabaseComparesBy(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		same bool
	}{
		{"Ann@Example.com", "ann@EXAMPLE.com", true},
		{"ann@example.com", "bob@example.com", false},
		{"ſam@example.com", "sam@example.com", false}, // two accounts to lower(…): a code for one is none for the other
	} {
		if got := usersapi.SameEmail(tc.a, tc.b); got != tc.same {
			t.Errorf("%s and %s: %v", tc.a, tc.b, got)
		}
	}
}
