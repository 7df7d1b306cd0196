package foreignhash_test

import (
	"errors"
	"strings"
	"testing"

	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/foreignhash"
)

var thunders = map[string]foreignhash.Format{
	"bcrypt": foreignhash.Bcrypt, "sha256": foreignhash.ThunderSHA256, "simple": foreignhash.ThunderSimple,
}

func TestMakingAHashCostsWhatCheckingItCosts(t *testing.T) {
	for name, format := range thunders {
		hash, err := format.Hash("12345")
		if err != nil {
			t.Fatal(err)
		}
		h, err := foreignhash.Parse(hash)
		if err != nil {
			t.Fatal(err)
		}
		if made := format.Cost(); made.Cost() != h.Cost() || made.Memory() != h.Memory() {
			t.Errorf("%s: making costs %v and %d bytes, checking %v and %d", name, made.Cost(), made.Memory(), h.Cost(), h.Memory())
		}
	}
}

// Every password matches its hash, whatever bytes it has. bcrypt is left out because it is slow.
func TestEveryPasswordHasAHash(t *testing.T) {
	for _, password := range []string{"x", " ", "pass word", "\x00\xff", "{THUNDER-SIMPLE}", strings.Repeat("ß", 256), strings.Repeat("€", 170)} {
		for name, format := range thunders {
			if name == "bcrypt" {
				continue
			}
			hash, err := format.Hash(password)
			if err != nil {
				t.Fatalf("%s of %q: %v", name, password, err)
			}
			h, err := foreignhash.Parse(hash)
			if err != nil || !h.Matches(password) || h.Matches("x"+password) || h.Matches("") {
				t.Errorf("%s of %q: %v", name, password, err)
			}
		}
	}
}

func TestBcryptIsOfTheFirst72Bytes(t *testing.T) {
	hash, err := foreignhash.Bcrypt.Hash(strings.Repeat("x", 72) + "more")
	if err != nil {
		t.Fatal(err)
	}
	h, err := foreignhash.Parse(hash)
	if err != nil || !h.Matches(strings.Repeat("x", 72)) || h.Matches(strings.Repeat("x", 71)) {
		t.Errorf("%s: %v", hash, err)
	}
}

func TestThunderNeverSeesPrefixes(t *testing.T) {
	sha := "Zp3kQ0vX81mTnW2ced8da868a552eb6624e1b44c960b59c2ebc359672e6281029db1e754c4c68c8c"
	for hash, shown := range map[string]string{
		"{THUNDER-SHA256}" + sha:          sha,
		"{THUNDER-SIMPLE}MTIzNDU=":        "12345",
		"$2a$10$" + bcrypt:                "$2a$10$" + bcrypt,
		"{SSHA256}" + key:                 "{SSHA256}" + key,
		"$argon2id$v=19$m=64,t=1,p=1$x$y": "$argon2id$v=19$m=64,t=1,p=1$x$y",
		"":                                "",
	} {
		if got := foreignhash.Shown(hash); got != shown {
			t.Errorf("%q is shown as %q, want %q", hash, got, shown)
		}
	}
	if hash, h, err := foreignhash.Recognize(sha); hash != "{THUNDER-SHA256}"+sha || err != nil || h.Matches("x") {
		t.Errorf("recognized as %q, %v", hash, err)
	}
	for _, text := range []string{"{THUNDER-SHA256}" + sha, "{THUNDER-SIMPLE}MTIzNDU=", "12345", sha[1:], strings.Repeat("g", 80)} {
		if hash, _, err := foreignhash.Recognize(text); !errors.Is(err, credentials.ErrHashUnsupported) {
			t.Errorf("%q is recognized as %q, %v", text, hash, err)
		}
	}
}
