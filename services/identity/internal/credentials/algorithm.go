package credentials

import (
	"context"
	"fmt"

	"muster/libs/usersapi"
)

// Algorithm is how the password of an account that an application manages is hashed: a value of
// THUNDER_PASSWORD_ALGORITHM (compat.md).
type Algorithm string

// The algorithms.
const (
	Argon  Algorithm = "argon"  // as Passwords.Hash does
	Bcrypt Algorithm = "bcrypt" // of the first 72 bytes
	SHA256 Algorithm = "sha256" // salted, but not stretched
	Simple Algorithm = "simple" // none: the password itself
)

// Known reports whether a is one of the algorithms.
func (a Algorithm) Known() bool {
	switch a {
	case Argon, Bcrypt, SHA256, Simple:
		return true
	}
	return false
}

// maxApplicationPassword is the maximum length in bytes of a password that an application sets: as much as the longest
// password of a registration can take.
const maxApplicationPassword = 512

// ApplicationPasswordProblem returns what is wrong with a password that an application sets, or an empty string.
// Applications have their own rules for passwords, so only the length is limited, and only above.
func ApplicationPasswordProblem(password string) string {
	if n := len(normalized(password)); n < 1 || n > maxApplicationPassword {
		return "must have 1 to 512 bytes"
	}
	return ""
}

// NewApplicationAttempt returns the attempt of an application to check a password for an address, in any spelling. Its
// failures are counted by address and application alone: all users of an application come from its network. They do
// not count where the owner signs in without the application.
func NewApplicationAttempt(email, application string) Attempt {
	return Attempt{email: usersapi.EmailKey(email), application: application}
}

// HashPasswordWith returns the hash to store for a new password that an application sets.
func (g *Guard) HashPasswordWith(ctx context.Context, a Algorithm, password string) (string, error) {
	hash, err := g.passwords.HashWith(ctx, a, normalized(password))
	if err != nil {
		return "", fmt.Errorf("hash password with %s: %w", a, err)
	}
	return hash, nil
}

// Shown returns a stored hash as applications know it.
func (g *Guard) Shown(hash string) string { return g.passwords.Shown(hash) }

// IsShown reports whether text is the stored hash as applications know it. The hash of Simple is a password and is
// compared in the form that is hashed.
func (g *Guard) IsShown(hash, text string) bool {
	shown := g.passwords.Shown(hash)
	return hash != "" && (shown == text || shown == normalized(text))
}

// ShownBefore reports whether text is a hash, as applications know it, of the password current or of a password for
// which current is a common mistake. An application that sends back what it read some time ago sends such a hash.
//
// Error: ErrBusy; see [Passwords.Verify].
func (g *Guard) ShownBefore(ctx context.Context, text, current string) (bool, error) {
	hash, err := g.passwords.Recognize(text)
	if err != nil {
		return false, nil //nolint:nilerr // a text that is not a hash is a password
	}
	for _, password := range WithMistakes(current) {
		if matches, _, err := g.verify(ctx, hash, password); matches || err != nil {
			return matches, err
		}
	}
	return false, nil
}
