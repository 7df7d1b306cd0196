package foreignhash

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"golang.org/x/crypto/bcrypt"

	"muster/services/identity/internal/credentials"
)

// The prefixes of Thunder's formats that have none there.
const (
	prefixSHA256 = "{THUNDER-SHA256}"
	prefixSimple = "{THUNDER-SIMPLE}"
)

// thunderSalt is the number of characters of salt before the digest.
const thunderSalt = 16

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
	return Hash{matches: matching(want, func(password []byte) []byte { return saltedSHA256(salt, password) })}, nil
}

func saltedSHA256(salt string, password []byte) []byte {
	sum := sha256.Sum256(append([]byte(salt), password...))
	return sum[:]
}

// thunderSimple parses a password. It compares digests, so that the time does not tell the password's length.
func thunderSimple(_, rest string) (Hash, error) {
	password, err := base64.StdEncoding.Strict().DecodeString(rest)
	if err != nil || len(password) == 0 {
		return Hash{}, credentials.ErrHashMalformed
	}
	return Hash{matches: matching(saltedSHA256("", password), func(typed []byte) []byte { return saltedSHA256("", typed) })}, nil
}

// Format makes hashes in one of the formats that Thunder's clients know.
type Format struct {
	cost Hash
	hash func(password string) (string, error)
}

// The formats. Bcrypt hashes only the first 72 bytes of a password; see the package's documentation.
var (
	Bcrypt        = Format{Hash{memory: bcryptMemory, effort: bcryptEffort(thunderCost)}, newBcrypt}
	ThunderSHA256 = Format{Hash{}, newThunderSHA256}
	ThunderSimple = Format{Hash{}, newThunderSimple}
)

// Cost returns a hash of the format that cannot be matched, for the effort and the memory that making one takes. That is
// as much as an attempt takes.
func (f Format) Cost() Hash { return f.cost }

// Hash returns a hash of the password, which [Parse] accepts if the password has at most 512 bytes.
func (f Format) Hash(password string) (string, error) { return f.hash(password) }

const (
	thunderCost = 10 // the bcrypt cost that Thunder uses
	bcryptSees  = 72 // bytes of a password
)

func newBcrypt(password string) (string, error) {
	hash, err := bcrypt.GenerateFromPassword([]byte(password[:min(len(password), bcryptSees)]), thunderCost)
	return string(hash), err
}

func newThunderSHA256(password string) (string, error) {
	var random [thunderSalt / 4 * 3]byte
	_, _ = rand.Read(random[:]) // never fails (crypto/rand)
	salt := base64.StdEncoding.EncodeToString(random[:])
	return prefixSHA256 + salt + hex.EncodeToString(saltedSHA256(salt, []byte(password))), nil
}

func newThunderSimple(password string) (string, error) {
	return prefixSimple + base64.StdEncoding.EncodeToString([]byte(password)), nil
}

// Shown returns a hash as the system writes it that the format comes from. Only Thunder's formats differ from that here.
// For {THUNDER-SIMPLE} it returns the password.
func Shown(hash string) string {
	if simple, ok := strings.CutPrefix(hash, prefixSimple); ok {
		if password, err := base64.StdEncoding.DecodeString(simple); err == nil {
			return string(password)
		}
	}
	return strings.TrimPrefix(hash, prefixSHA256)
}

// Recognize parses a text that [Shown] may have returned, and returns the hash that it was returned for. It does not
// recognize passwords. The errors are those of [Parse].
func Recognize(shown string) (string, Hash, error) {
	if strings.HasPrefix(shown, prefixSHA256) || strings.HasPrefix(shown, prefixSimple) { // Shown removes them
		return "", Hash{}, credentials.ErrHashUnsupported
	}
	if h, err := Parse(prefixSHA256 + shown); err == nil {
		return prefixSHA256 + shown, h, nil
	}
	h, err := Parse(shown)
	return shown, h, err
}
