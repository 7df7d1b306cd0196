package foreignhash

import (
	"crypto/subtle"
	"fmt"
	"math"
	"strings"

	"muster/services/identity/internal/credentials"
)

// Limits of parsing.
const (
	maxText = 1024 // characters of a hash
	minKey  = 16   // bytes of a derived key; a shorter one matches too many passwords
	maxKey  = 128
	maxSalt = 128
)

// MaxMemory is the most memory that one sign-in attempt may take, in bytes.
const MaxMemory = 256 << 20

// unitCost is the bcrypt cost that Hash.effort counts in.
const unitCost = 15

// Hash is a parsed password hash. Use [Parse] to make one.
type Hash struct {
	matches func(password []byte) bool
	memory  float64 // bytes that one attempt takes
	effort  float64 // work of one attempt, relative to bcrypt at unitCost
}

// Parse parses a hash in any of the formats. Errors: credentials.ErrHashUnsupported for an unknown format or version;
// credentials.ErrHashMalformed; credentials.ErrHashTooExpensive for parameters that no machine could process. No error
// contains any part of the hash.
func Parse(text string) (Hash, error) {
	if len(text) > maxText || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return Hash{}, credentials.ErrHashMalformed
	}
	for _, f := range formats {
		if strings.HasPrefix(text, f.prefix) {
			return f.parse(text, text[len(f.prefix):])
		}
	}
	return Hash{}, credentials.ErrHashUnsupported
}

// formats are recognised by their prefix. A parser gets the whole text and the part after the prefix.
var formats = []struct {
	prefix string
	parse  func(text, rest string) (Hash, error)
}{
	{"$argon2id$", argon2id},
	{"$argon2i$", argon2i},
	{"$2a$", bcryptHash},
	{"$2b$", bcryptHash},
	{"$2y$", bcryptHash},
	{"$scrypt$", scryptPHC},
	{"$7$", scryptCrypt},
	{"$pbkdf2$", pbkdf2SHA1.passlib},
	{"$pbkdf2-sha1$", pbkdf2SHA1.passlib},
	{"$pbkdf2-sha256$", pbkdf2SHA256.passlib},
	{"$pbkdf2-sha512$", pbkdf2SHA512.passlib},
	{"pbkdf2_sha1$", pbkdf2SHA1.django},
	{"pbkdf2_sha256$", pbkdf2SHA256.django},
	{"$5$", sha256Crypt},
	{"$6$", sha512Crypt},
	{"{SSHA256}", ldapSHA256},
	{prefixSHA256, thunderSHA256},
	{prefixSimple, thunderSimple},
}

// Cost returns the bcrypt cost with about as much work as one attempt with this hash. Each step doubles the work. It is
// negative infinity for a hash without any stretching.
func (h Hash) Cost() float64 { return unitCost + math.Log2(h.effort) }

// Affordable returns credentials.ErrHashTooExpensive, with the actual cost, when a sign-in attempt would cost more than
// bcrypt at maxCost or take more than [MaxMemory].
func (h Hash) Affordable(maxCost int) error {
	refused := *credentials.ErrHashTooExpensive
	switch {
	case h.Cost() > float64(maxCost):
		refused.Message = fmt.Sprintf("The password hash takes as much work to check as bcrypt at cost %.0f, and at most %d is allowed (IDENTITY_FOREIGN_HASH_MAX_COST).",
			math.Ceil(h.Cost()), maxCost)
	case h.memory > MaxMemory:
		refused.Message = fmt.Sprintf("The password hash takes %.0f MiB of memory to check, and at most %d are allowed.", math.Ceil(h.memory/(1<<20)), MaxMemory>>20)
	default:
		return nil
	}
	return &refused
}

// Memory returns how many bytes of memory Matches takes.
func (h Hash) Memory() int64 { return int64(h.memory) }

// Matches hashes the password and compares in constant time.
func (h Hash) Matches(password string) bool { return h.matches([]byte(password)) }

// matching returns a function that compares the key derived from a password with the wanted one.
func matching(want []byte, derive func(password []byte) []byte) func([]byte) bool {
	return func(password []byte) bool { return subtle.ConstantTimeCompare(derive(password), want) == 1 }
}
