package foreignhash

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"muster/services/identity/internal/credentials"
)

// thunderSalt is the number of characters of salt before the digest.
const thunderSalt = 16

// ldapSHA256 parses base64 of the digest followed by the salt. The hashed input is the password followed by the salt.
func ldapSHA256(_, rest string) (Hash, error) {
	data, err := base64.StdEncoding.Strict().DecodeString(rest)
	if err != nil || len(data) <= sha256.Size || len(data) > sha256.Size+maxSalt {
		return Hash{}, credentials.ErrHashMalformed
	}
	want, salt := data[:sha256.Size], data[sha256.Size:]
	return Hash{matches: matching(want, func(password []byte) []byte {
		sum := sha256.Sum256(append(password[:len(password):len(password)], salt...))
		return sum[:]
	})}, nil
}

// thunderSHA256 parses the salt followed by the digest. The hashed input is the salt followed by the password.
func thunderSHA256(_, rest string) (Hash, error) {
	if len(rest) != thunderSalt+hex.EncodedLen(sha256.Size) {
		return Hash{}, credentials.ErrHashMalformed
	}
	salt := rest[:thunderSalt]
	want, err := hex.DecodeString(rest[thunderSalt:])
	if err != nil {
		return Hash{}, credentials.ErrHashMalformed
	}
	return Hash{matches: matching(want, func(password []byte) []byte {
		sum := sha256.Sum256(append([]byte(salt), password...))
		return sum[:]
	})}, nil
}
