package credentialstest

import (
	"errors"
	"strings"
	"testing"

	"muster/services/identity/internal/credentials"
)

// ForeignHashes are hashes for testing a credentials.Passwords.
type ForeignHashes struct {
	Good                                 string // of the password "correct horse", made by another system
	Unsupported, Malformed, TooExpensive string
}

// TestPasswords checks that an implementation meets the contract of credentials.Passwords.
func TestPasswords(t *testing.T, p credentials.Passwords, foreign ForeignHashes) {
	t.Run("own", func(t *testing.T) { ownHashes(t, p) })
	t.Run("foreign", func(t *testing.T) { foreignHashes(t, p, foreign) })
	for _, a := range []credentials.Algorithm{credentials.Argon, credentials.Bcrypt, credentials.SHA256, credentials.Simple} {
		t.Run(string(a), func(t *testing.T) { hashesWith(t, p, a) })
	}
	t.Run("shown", func(t *testing.T) { shownHashes(t, p, foreign) })
}

func foreignHashes(t *testing.T, p credentials.Passwords, foreign ForeignHashes) {
	for hash, want := range map[string]error{
		foreign.Good: nil, foreign.Unsupported: credentials.ErrHashUnsupported, foreign.Malformed: credentials.ErrHashMalformed,
		foreign.TooExpensive: credentials.ErrHashTooExpensive, "": credentials.ErrHashUnsupported,
	} {
		wantErr(t, p.Importable(hash), want)
	}
	if !p.Outdated(foreign.Good) {
		t.Error("a foreign hash is not outdated")
	}
	for password, want := range map[string]bool{"correct horse": true, "Correct horse": false, "": false} {
		got, err := p.Verify(t.Context(), foreign.Good, password)
		if got != want || err != nil {
			t.Errorf("foreign hash, %q: %v, %v", password, got, err)
		}
	}
}

func ownHashes(t *testing.T, p credentials.Passwords) {
	ctx := t.Context()
	hash, err := p.Hash(ctx, "correct horse")
	check(t, err)
	again, err := p.Hash(ctx, "correct horse")
	check(t, err)
	if hash == again || hash == "" {
		t.Errorf("hashes %q and %q", hash, again)
	}
	for _, c := range []struct {
		hash, password string
		want           bool
	}{
		{hash, "correct horse", true}, {again, "correct horse", true}, {hash, "Correct horse", false}, {hash, "", false},
		{hash, "correct horse ", false}, {"", "correct horse", false}, {"", "", false}, {"", "nobody has this password", false},
	} {
		got, err := p.Verify(ctx, c.hash, c.password)
		if got != c.want || err != nil {
			t.Errorf("Verify(%q, %q) = %v, %v", c.hash, c.password, got, err)
		}
	}
	if p.Outdated(hash) {
		t.Error("a fresh hash is outdated")
	}
	long := strings.Repeat("ß", 128)
	hash, err = p.Hash(ctx, long)
	check(t, err)
	for password, want := range map[string]bool{long: true, long[:len(long)-2]: false} {
		if got, err := p.Verify(ctx, hash, password); got != want || err != nil {
			t.Errorf("a password of %d bytes: %v, %v", len(password), got, err)
		}
	}
}

// hashesWith sets passwords of 1 and of 512 bytes with an algorithm.
func hashesWith(t *testing.T, p credentials.Passwords, a credentials.Algorithm) {
	ctx := t.Context()
	for _, password := range []string{"1", strings.Repeat("ß", 256)} {
		hash, err := p.HashWith(ctx, a, password)
		check(t, err)
		again, err := p.HashWith(ctx, a, password)
		check(t, err)
		if salted := a != credentials.Simple; hash == "" || salted && hash == again {
			t.Errorf("hashes %q and %q", hash, again)
		}
		if got := p.Outdated(hash); got != (a != credentials.Argon) {
			t.Errorf("%q is outdated: %v", hash, got)
		}
		for typed, want := range map[string]bool{password: true, "x" + password: false, "": false} {
			if got, err := p.Verify(ctx, hash, typed); got != want || err != nil {
				t.Errorf("Verify(%q, %q) = %v, %v", hash, typed, got, err)
			}
		}
		shown := p.Shown(hash)
		if a == credentials.Simple {
			if shown != password {
				t.Errorf("the hash of %q is shown as %q", password, shown)
			}
			continue
		}
		if got, err := p.Recognize(shown); got != hash || err != nil {
			t.Errorf("%q is recognized as %q, %v; want %q", shown, got, err, hash)
		}
	}
}

func shownHashes(t *testing.T, p credentials.Passwords, foreign ForeignHashes) {
	for _, hash := range []string{"", foreign.Good} {
		if got := p.Shown(hash); got != hash {
			t.Errorf("%q is shown as %q", hash, got)
		}
	}
	if got, err := p.Recognize(foreign.Good); got != foreign.Good || err != nil {
		t.Errorf("%q is recognized as %q, %v", foreign.Good, got, err)
	}
	simple, err := p.HashWith(t.Context(), credentials.Simple, "correct horse")
	check(t, err)
	for _, text := range []string{
		"", "correct horse", simple, foreign.Unsupported, foreign.Malformed, foreign.TooExpensive, strings.Repeat("$", 1<<20),
	} {
		if got, err := p.Recognize(text); err == nil {
			t.Errorf("%.100q is recognized as %.100q", text, got)
		}
	}
	if hash, err := p.HashWith(t.Context(), "md5", "correct horse"); err == nil {
		t.Errorf("an unknown algorithm makes %q", hash)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("error %v, want %v", got, want)
	}
}
