package foreignhash

import (
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // only for imported hashes, which are replaced at the first sign-in
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"strings"

	"muster/services/identity/internal/credentials"
)

// pbkdf2Hash is PBKDF2 with a given hash function.
type pbkdf2Hash struct {
	new func() hash.Hash
	// unit is one unit of effort: iterations times blocks of derived key.
	unit float64
}

var (
	pbkdf2SHA1   = pbkdf2Hash{sha1.New, 5_000_000}
	pbkdf2SHA256 = pbkdf2Hash{sha256.New, 5_000_000}
	pbkdf2SHA512 = pbkdf2Hash{sha512.New, 2_500_000}
)

// adapted is passlib's base64: unpadded, with a dot instead of the plus sign.
var adapted = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./").WithPadding(base64.NoPadding).Strict()

// passlib parses passlib's strings and PHC strings. The latter name the iterations and use standard base64.
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

// django parses Django's strings, in which the salt is plain text and the key is padded base64.
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
			if err != nil { // only when Go runs in FIPS 140-only mode
				return nil
			}
			return key
		}),
	}
}
