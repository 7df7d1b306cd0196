package foreignhash

import (
	"crypto/sha256"
	"encoding/base64"

	"muster/services/identity/internal/credentials"
)

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
