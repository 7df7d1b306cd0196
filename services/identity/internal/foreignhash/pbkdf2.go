package foreignhash

import (
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // hashes that others made with it are replaced at the first sign-in
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"strings"

	"muster/services/identity/internal/credentials"
)

// pbkdf2Hash is PBKDF2 with one hash function.
type pbkdf2Hash struct {
	new func() hash.Hash
	// unit is how many iterations count as one, times the blocks of key that each makes.
	unit float64
}

var (
	pbkdf2SHA1   = pbkdf2Hash{sha1.New, 5_000_000}
	pbkdf2SHA256 = pbkdf2Hash{sha256.New, 5_000_000}
	pbkdf2SHA512 = pbkdf2Hash{sha512.New, 2_500_000}
)

// adapted is passlib's base64: unpadded, and with a dot in the place of the plus sign.
var adapted = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./").WithPadding(base64.NoPadding).Strict()

// passlib reads passlib's strings, and PHC strings, which name the iterations and use the common base64.
func (h pbkdf2Hash) passlib(_, rest string) (Hash, error) {
	parts, err := sections(rest, 3)
	if err != nil {
		return Hash{}, err
	}
	encoding := adapted
	var iterations, length uint64
	if strings.Contains(parts[0], "=") {
		p, err := parameters(parts[0], "i", "l*")
		if err != nil {
			return Hash{}, err
		}
		encoding, iterations, length = unpadded, p["i"], p["l"]
	} else if iterations, err = number(parts[0]); err != nil {
		return Hash{}, err
	}
	salt, want, err := saltAndKey(encoding, parts[1], parts[2])
	if err != nil {
		return Hash{}, err
	}
	if length != 0 && length != uint64(len(want)) {
		return Hash{}, credentials.ErrHashMalformed
	}
	return h.hash(iterations, salt, want), nil
}

// django reads Django's strings, where the salt is text and the key is padded base64.
func (h pbkdf2Hash) django(_, rest string) (Hash, error) {
	parts, err := sections(rest, 3)
	if err != nil {
		return Hash{}, err
	}
	iterations, err := number(parts[0])
	if err != nil {
		return Hash{}, err
	}
	want, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(want) != h.new().Size() || parts[1] == "" || len(parts[1]) > maxSalt {
		return Hash{}, credentials.ErrHashMalformed
	}
	return h.hash(iterations, []byte(parts[1]), want), nil
}

func (h pbkdf2Hash) hash(iterations uint64, salt, want []byte) Hash {
	size := h.new().Size()
	blocks := (len(want) + size - 1) / size
	return Hash{
		effort: float64(iterations) * float64(blocks) / h.unit,
		matches: matching(want, func(password []byte) []byte {
			key, err := pbkdf2.Key(h.new, string(password), salt, int(iterations), len(want))
			if err != nil { // only where Go itself is told to allow FIPS 140 alone
				return nil
			}
			return key
		}),
	}
}
