package directory

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"strings"
	"unicode"
)

const (
	codeAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
	codeLength   = 12 // 62 bits: five guesses find nothing
)

// NewCode makes a verification code: 12 characters of a-z0-9 from the system's secure random source (contract
// section 6).
func NewCode() string {
	// A byte at or above the largest multiple of 36 is thrown away, so that no character is likelier than another.
	const limit = 256 - 256%len(codeAlphabet)
	code := make([]byte, 0, codeLength)
	var random [2 * codeLength]byte
	for len(code) < codeLength {
		_, _ = rand.Read(random[:]) // it never fails: without random bytes it ends the process
		for _, b := range random {
			if int(b) < limit && len(code) < codeLength {
				code = append(code, codeAlphabet[int(b)%len(codeAlphabet)])
			}
		}
	}
	return string(code)
}

// manyDigits is the number of codes of six digits.
var manyDigits = big.NewInt(1_000_000)

// NewDigits makes the code of an email change: six digits from the system's secure random source (contract section 6).
// They are few, and stand up to guessing by the five attempts a code has and the few codes an hour that a user gets.
func NewDigits() string {
	n, err := rand.Int(rand.Reader, manyDigits)
	if err != nil {
		panic(err) // the reader never fails: without random bytes it ends the process
	}
	return fmt.Sprintf("%06d", n.Int64())
}

// sameCode compares in constant time what was typed with what was mailed. People and mail programs add white space,
// hyphens and capitals to a code; none of these is in the alphabet.
func sameCode(typed, mailed string) bool {
	typed = strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return r
	}, typed))
	return subtle.ConstantTimeCompare([]byte(typed), []byte(mailed)) == 1
}
