package foreignhash

import (
	"regexp"

	"github.com/go-crypt/crypt/algorithm/shacrypt"

	"muster/services/identity/internal/credentials"
)

// Limits of SHA-crypt. Its work grows with the rounds and with the password's length.
const (
	unitSHACryptRounds  = 1_000_000 // one unit of effort
	minSHACryptRounds   = 1000      // crypt(3) raises lower numbers to this
	maxSHACryptPassword = 512       // bytes: the longest password that registers here
)

var (
	sha256CryptRest = regexp.MustCompile(`^(?:rounds=([1-9]\d*)\$)?[^$:]{1,16}\$[./0-9A-Za-z]{43}$`)
	sha512CryptRest = regexp.MustCompile(`^(?:rounds=([1-9]\d*)\$)?[^$:]{1,16}\$[./0-9A-Za-z]{86}$`)
)

func sha256Crypt(text, rest string) (Hash, error) {
	return shaCrypt(text, sha256CryptRest.FindStringSubmatch(rest))
}

func sha512Crypt(text, rest string) (Hash, error) {
	return shaCrypt(text, sha512CryptRest.FindStringSubmatch(rest))
}

// shaCrypt parses a SHA-crypt hash from the matches of the format's expression: the whole rest, and the rounds if
// present.
func shaCrypt(text string, found []string) (Hash, error) {
	if found == nil {
		return Hash{}, credentials.ErrHashMalformed
	}
	rounds := uint64(shacrypt.IterationsDefaultOmitted)
	if found[1] != "" {
		var err error
		if rounds, err = number(found[1]); err != nil {
			return Hash{}, err
		}
	}
	if rounds < minSHACryptRounds {
		return Hash{}, credentials.ErrHashMalformed
	}
	digest, err := shacrypt.Decode(text)
	if err != nil {
		return Hash{}, credentials.ErrHashMalformed
	}
	return Hash{effort: float64(rounds) / unitSHACryptRounds, matches: func(password []byte) bool {
		return len(password) <= maxSHACryptPassword && digest.MatchBytes(password)
	}}, nil
}
