package foreignhash_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/foreignhash"
)

// vector is a hash that another implementation made.
type vector struct{ Origin, Hash, Password string }

func vectors(t testing.TB) []vector {
	t.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestHashesOfOthersMatchTheirPasswordAlone(t *testing.T) {
	for _, v := range vectors(t) {
		h, err := foreignhash.Parse(v.Hash)
		if err != nil {
			t.Errorf("%s: %s: %v", v.Origin, v.Hash, err)
			continue
		}
		if err := h.Affordable(13); err != nil {
			t.Errorf("%s: %s: %v", v.Origin, v.Hash, err)
		}
		if !h.Matches(v.Password) {
			t.Errorf("%s: %s does not match %q", v.Origin, v.Hash, v.Password)
		}
		if h.Matches("x" + v.Password) {
			t.Errorf("%s: %s matches another password", v.Origin, v.Hash)
		}
	}
}

func TestEachFormatHasAVector(t *testing.T) {
	for _, prefix := range []string{
		"$argon2id$", "$argon2i$", "$2a$", "$2b$", "$2y$", "$scrypt$", "$7$", "$pbkdf2$1", "$pbkdf2$i", "$pbkdf2-sha256$1", "$pbkdf2-sha256$i=1000$",
		"$pbkdf2-sha256$i=1000,l=", "$pbkdf2-sha512$1", "$pbkdf2-sha512$i", "pbkdf2_sha1$", "pbkdf2_sha256$", "$5$rounds", "$6$rounds", "$6$a$",
		"{SSHA256}", "{THUNDER-SHA256}", "{THUNDER-SIMPLE}",
	} {
		found := false
		for _, v := range vectors(t) {
			found = found || strings.HasPrefix(v.Hash, prefix)
		}
		if !found {
			t.Errorf("no vector begins with %s", prefix)
		}
	}
}

// bcrypt sees 72 bytes, there as here.
func TestBcryptSeesTheFirst72Bytes(t *testing.T) {
	for _, v := range vectors(t) {
		if len(v.Password) <= 72 || !strings.HasPrefix(v.Hash, "$2") {
			continue
		}
		h, err := foreignhash.Parse(v.Hash)
		if err != nil {
			t.Fatal(err)
		}
		if !h.Matches(v.Password[:72]) || !h.Matches(v.Password+"more") || h.Matches(v.Password[:71]) {
			t.Errorf("%s: %s", v.Origin, v.Hash)
		}
	}
}

func TestSHACryptRefusesVeryLongPasswords(t *testing.T) {
	h, err := foreignhash.Parse("$5$abcdefgh$ruMep1ijHnJPZbETDNiumskxcX3kN4lzZd5VlsqE7eB")
	if err != nil {
		t.Fatal(err)
	}
	if h.Matches(strings.Repeat("x", 1<<20)) { // returns at once; it would take minutes
		t.Error("matches")
	}
}

const (
	salt   = "MTIzNDU2Nzg5MDEyMzQ1Ng"
	key    = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI"
	key64  = "MTIzNDU2Nzg5MDEyMzQ1NjEyMzQ1Njc4OTAxMjM0NTYxMjM0NTY3ODkwMTIzNDU2MTIzNDU2Nzg5MDEyMzQ1Ng" // 64 bytes
	bcrypt = "abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyz01234"
)

func TestWhatIsRefused(t *testing.T) {
	for hash, want := range map[string]error{
		"":                       credentials.ErrHashUnsupported,
		"correct horse":          credentials.ErrHashMalformed, // a space
		"plaintext":              credentials.ErrHashUnsupported,
		"$1$abcdefgh$irWbblnpmw": credentials.ErrHashUnsupported,
		"$argon2d$v=19$m=64,t=1,p=1$" + salt + "$" + key:  credentials.ErrHashUnsupported,
		"$argon2id$v=16$m=64,t=1,p=1$" + salt + "$" + key: credentials.ErrHashUnsupported,
		"$argon2id$m=64,t=1,p=1$" + salt + "$" + key:      credentials.ErrHashUnsupported,
		"$2x$05$" + bcrypt: credentials.ErrHashUnsupported,
		"$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7": credentials.ErrHashUnsupported,
		"{SSHA}5en6G6MezRroT3XKqkdPOmY/BfQ=":                                        credentials.ErrHashUnsupported,
		"$argon2id$":                                                                credentials.ErrHashUnsupported,
		"$argon2id$v=19$m=64,t=1$" + salt + "$" + key:                               credentials.ErrHashMalformed,
		"$argon2id$v=19$m=64,t=1,p=1,x=1$" + salt + "$" + key:                       credentials.ErrHashMalformed,
		"$argon2id$v=19$m=64,t=1,p=1,p=1$" + salt + "$" + key:                       credentials.ErrHashMalformed,
		"$argon2id$v=19$m=064,t=1,p=1$" + salt + "$" + key:                          credentials.ErrHashMalformed,
		"$argon2id$v=19$m=64,t=0,p=1$" + salt + "$" + key:                           credentials.ErrHashMalformed,
		"$argon2id$v=19$m=64,t=-1,p=1$" + salt + "$" + key:                          credentials.ErrHashMalformed,
		"$argon2id$v=19$m=15,t=1,p=2$" + salt + "$" + key:                           credentials.ErrHashMalformed,
		"$argon2id$v=19$m=64,t=1,p=1$$" + key:                                       credentials.ErrHashMalformed,
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$MTIz":                             credentials.ErrHashMalformed,
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + key + "=":                     credentials.ErrHashMalformed,
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + key + "\n":                    credentials.ErrHashMalformed,
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + key + "$":                     credentials.ErrHashMalformed,
		"$argon2id$v=19$m=262145,t=1,p=1$" + salt + "$" + key:                       credentials.ErrHashTooExpensive,
		"$argon2id$v=19$m=65536,t=17,p=1$" + salt + "$" + key:                       credentials.ErrHashTooExpensive,
		"$argon2id$v=19$m=99999999999,t=1,p=1$" + salt + "$" + key:                  credentials.ErrHashTooExpensive,
		"$argon2id$v=19$m=65536,t=1,p=256$" + salt + "$" + key:                      credentials.ErrHashTooExpensive,
		"$2b$16$" + bcrypt:                                           credentials.ErrHashTooExpensive,
		"$2b$03$" + bcrypt:                                           credentials.ErrHashMalformed,
		"$2b$32$" + bcrypt:                                           credentials.ErrHashMalformed,
		"$2b$5$" + bcrypt:                                            credentials.ErrHashMalformed,
		"$2b$05$" + bcrypt[1:]:                                       credentials.ErrHashMalformed,
		"$scrypt$ln=0,r=8,p=1$" + salt + "$" + key:                   credentials.ErrHashMalformed,
		"$scrypt$ln=64,r=8,p=1$" + salt + "$" + key:                  credentials.ErrHashTooExpensive,
		"$scrypt$ln=20,r=8,p=1$" + salt + "$" + key:                  credentials.ErrHashTooExpensive,
		"$scrypt$ln=10,r=8,p=4096$" + salt + "$" + key:               credentials.ErrHashTooExpensive,
		"$scrypt$ln=1,r=4294967295,p=4294967295$" + salt + "$" + key: credentials.ErrHashTooExpensive,
		"$7$z6..../....salt$" + strings.Repeat(".", 43):              credentials.ErrHashTooExpensive,
		"$7$C6..../....$" + key:                                      credentials.ErrHashMalformed,
		"$7$C6....!....salt$" + key:                                  credentials.ErrHashMalformed,
		"$7$C6..../....salt$" + key[:42] + "z":                       credentials.ErrHashMalformed,
		"$pbkdf2-sha256$5000001$" + salt + "$" + key:                 credentials.ErrHashTooExpensive,
		"$pbkdf2-sha256$2500001$" + salt + "$" + key64:               credentials.ErrHashTooExpensive, // two blocks
		"$pbkdf2-sha512$2500001$" + salt + "$" + key:                 credentials.ErrHashTooExpensive,
		"$pbkdf2-sha256$i=1000,l=31$" + salt + "$" + key:             credentials.ErrHashMalformed,
		"$pbkdf2-sha256$l=32$" + salt + "$" + key:                    credentials.ErrHashMalformed,
		"$pbkdf2-sha256$0$" + salt + "$" + key:                       credentials.ErrHashMalformed,
		"pbkdf2_sha256$5000001$salt$" + key + "=":                    credentials.ErrHashTooExpensive,
		"pbkdf2_sha256$1000$$" + key + "=":                           credentials.ErrHashMalformed,
		"pbkdf2_sha256$1000$salt$" + key:                             credentials.ErrHashMalformed,
		"pbkdf2_sha1$1000$salt$" + key + "=":                         credentials.ErrHashMalformed,
		"$5$rounds=1000001$salt$" + key:                              credentials.ErrHashTooExpensive,
		"$5$rounds=99999999999999999999$salt$" + key:                 credentials.ErrHashTooExpensive,
		"$5$rounds=999$salt$" + key:                                  credentials.ErrHashMalformed,
		"$5$$" + key:                                                 credentials.ErrHashMalformed,
		"$5$salt$" + key64:                                           credentials.ErrHashMalformed,
		"$6$salt$" + key:                                             credentials.ErrHashMalformed,
		"$6$saltsaltsaltsalts$" + key64:                              credentials.ErrHashMalformed,
		"{SSHA256}" + key + "=":                                      credentials.ErrHashMalformed, // no salt
		"{THUNDER-SHA256}" + strings.Repeat("g", 80):                 credentials.ErrHashMalformed,
		"{THUNDER-SHA256}" + strings.Repeat("a", 79):                 credentials.ErrHashMalformed,
		"{THUNDER-SIMPLE}":                                           credentials.ErrHashMalformed,
		"{THUNDER-SIMPLE}12345":                                      credentials.ErrHashMalformed, // no base64
		"$5$" + strings.Repeat("x", 2000):                            credentials.ErrHashMalformed,
	} {
		if err := check(hash); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", hash, err, want)
		}
	}
}

// TestScryptTakesMemoryForItsBlocksToo: with a small N, nearly all of it.
func TestScryptTakesMemoryForItsBlocksToo(t *testing.T) {
	h, err := foreignhash.Parse("$scrypt$ln=1,r=1,p=2097152$MTIzNDU2Nzg5MDEyMzQ1Ng$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI")
	if err != nil || h.Memory() < 128*2097152 {
		t.Errorf("it counts as %d bytes (%v)", h.Memory(), err)
	}
}

// check is what an import asks of a hash.
func check(hash string) error {
	h, err := foreignhash.Parse(hash)
	if err != nil {
		return err
	}
	return h.Affordable(15)
}

// The most expensive hashes allowed at cost 15; BenchmarkTheMostExpensive measures them.
var mostExpensive = map[string]string{
	"argon2id":      "$argon2id$v=19$m=262144,t=4,p=1$" + salt + "$" + key,
	"bcrypt":        "$2b$15$" + bcrypt,
	"scrypt":        "$scrypt$ln=18,r=8,p=2$" + salt + "$" + key,
	"pbkdf2-sha1":   "$pbkdf2$5000000$" + salt + "$MTIzNDU2Nzg5MDEyMzQ1Njc4OTA",
	"pbkdf2-sha256": "$pbkdf2-sha256$5000000$" + salt + "$" + key,
	"pbkdf2-sha512": "$pbkdf2-sha512$2500000$" + salt + "$" + key,
	"sha256-crypt":  "$5$rounds=1000000$saltsaltsaltsalt$" + key,
	"sha512-crypt":  "$6$rounds=1000000$saltsaltsaltsalt$" + key64,
}

func TestTheMostExpensiveIsAllowed(t *testing.T) {
	for name, hash := range mostExpensive {
		if err := check(hash); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTheBoundHoldsForEveryFormat: one step less than a hash costs refuses it, and the message says what it costs and what
// is allowed.
func TestTheBoundHoldsForEveryFormat(t *testing.T) {
	for name, hash := range mostExpensive {
		h, err := foreignhash.Parse(hash)
		if err != nil {
			t.Fatal(err)
		}
		err = h.Affordable(14)
		if !errors.Is(err, credentials.ErrHashTooExpensive) || !strings.Contains(err.Error(), "bcrypt at cost 15, and at most 14 is allowed (IDENTITY_FOREIGN_HASH_MAX_COST)") {
			t.Errorf("%s: %v", name, err)
		}
	}
	h, err := foreignhash.Parse("$argon2id$v=19$m=524288,t=1,p=1$" + salt + "$" + key)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Affordable(15); err == nil || !strings.Contains(err.Error(), "takes 512 MiB of memory to check, and at most 256 are allowed") {
		t.Errorf("memory: %v", err)
	}
}

// TestWhatOthersMakeTodayIsAllowed: the settings that well-known systems have by default.
func TestWhatOthersMakeTodayIsAllowed(t *testing.T) {
	for name, hash := range map[string]string{
		"bcrypt of PHP 8.4": "$2y$12$" + bcrypt, "bcrypt, cost 13": "$2b$13$" + bcrypt,
		"Django 6.0":    "pbkdf2_sha256$1200000$salt$" + key + "=",
		"scrypt, OWASP": "$scrypt$ln=17,r=8,p=1$" + salt + "$" + key,
		"Argon2id, RFC": "$argon2id$v=19$m=65536,t=3,p=4$" + salt + "$" + key,
		"crypt(3)":      "$6$saltsaltsaltsalt$" + key64,
	} {
		h, err := foreignhash.Parse(hash)
		if err == nil {
			err = h.Affordable(13)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkTheMostExpensive(b *testing.B) {
	for name, hash := range mostExpensive {
		h, err := foreignhash.Parse(hash)
		if err != nil {
			b.Fatal(err)
		}
		for what, password := range map[string]string{"common password": "correct horse", "long password": strings.Repeat("x", 512)} {
			b.Run(name+"/"+what, func(b *testing.B) {
				for b.Loop() {
					h.Matches(password)
				}
			})
		}
	}
}

// Whatever is parsed and affordable can be worked through without a panic.
func FuzzParse(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.Hash)
	}
	for _, hash := range mostExpensive {
		f.Add(hash)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := foreignhash.Parse(text)
		if err != nil {
			for _, designed := range []error{credentials.ErrHashUnsupported, credentials.ErrHashMalformed, credentials.ErrHashTooExpensive} {
				if errors.Is(err, designed) {
					return
				}
			}
			t.Fatalf("%q: %v", text, err)
		}
		if h.Memory() < 0 {
			t.Fatalf("%q takes %d bytes", text, h.Memory())
		}
		if h.Affordable(15) == nil && h.Cheap() {
			h.Matches("correct horse")
		}
	})
}
