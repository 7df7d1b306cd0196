package foreignhash

import (
	"encoding/base64"
	"strings"

	"golang.org/x/crypto/scrypt"

	"muster/services/identity/internal/credentials"
)

// unitScrypt is one unit of effort: N·r·p.
const unitScrypt = 1 << 22

// Limits of scrypt itself: beyond them its arithmetic overflows.
const (
	maxScryptLogN = 31
	maxScryptRP   = 1<<30 - 1
)

func scryptPHC(_, rest string) (Hash, error) {
	parts, err := sections(rest, 3)
	if err != nil {
		return Hash{}, err
	}
	p, err := parameters(parts[0], "ln", "r", "p")
	if err != nil {
		return Hash{}, err
	}
	salt, want, err := saltAndKey(unpadded, parts[1], parts[2])
	if err != nil {
		return Hash{}, err
	}
	return scryptHash(p["ln"], p["r"], p["p"], salt, want)
}

// crypt64 is the alphabet of crypt(3), in ascending order of value.
const crypt64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// scryptCrypt parses one digit of log N, five of r, five of p, the salt verbatim, and a key of 32 bytes.
func scryptCrypt(_, rest string) (Hash, error) {
	parts, err := sections(rest, 2)
	if err != nil {
		return Hash{}, err
	}
	setting, key := parts[0], parts[1]
	if len(setting) <= 11 || len(setting) > 11+maxSalt || len(key) != 43 {
		return Hash{}, credentials.ErrHashMalformed
	}
	logN, ok1 := fromCrypt64(setting[:1])
	r, ok2 := fromCrypt64(setting[1:6])
	p, ok3 := fromCrypt64(setting[6:11])
	want, ok4 := bytesOfCrypt64(key)
	if !ok1 || !ok2 || !ok3 || !ok4 || logN == 0 || r == 0 || p == 0 {
		return Hash{}, credentials.ErrHashMalformed
	}
	return scryptHash(logN, r, p, []byte(setting[11:]), want)
}

func scryptHash(logN, r, p uint64, salt, want []byte) (Hash, error) {
	if logN > maxScryptLogN || r*p > maxScryptRP {
		return Hash{}, credentials.ErrHashTooExpensive
	}
	n := 1 << logN
	return Hash{
		memory: 128 * float64(r) * max(float64(n), float64(p)), effort: float64(n) * float64(r) * float64(p) / unitScrypt,
		matches: matching(want, func(password []byte) []byte {
			key, err := scrypt.Key(password, salt, n, int(r), int(p), len(want))
			if err != nil { // cannot happen: the library's limits are checked above
				return nil
			}
			return key
		}),
	}, nil
}

func fromCrypt64(text string) (n uint64, ok bool) {
	for i := len(text) - 1; i >= 0; i-- {
		digit := strings.IndexByte(crypt64, text[i])
		if digit < 0 {
			return 0, false
		}
		n = n<<6 | uint64(digit)
	}
	return n, true
}

// bytesOfCrypt64 decodes crypt(3) base64: four digits for three bytes, least significant first.
func bytesOfCrypt64(text string) ([]byte, bool) {
	var out []byte
	for len(text) > 0 {
		group := text[:min(4, len(text))]
		text = text[len(group):]
		n, ok := fromCrypt64(group)
		if !ok {
			return nil, false
		}
		for range base64.RawStdEncoding.DecodedLen(len(group)) {
			out = append(out, byte(n))
			n >>= 8
		}
		if n != 0 {
			return nil, false
		}
	}
	return out, true
}
