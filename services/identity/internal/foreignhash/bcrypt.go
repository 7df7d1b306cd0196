package foreignhash

import (
	"regexp"
	"strconv"

	"golang.org/x/crypto/bcrypt"

	"muster/services/identity/internal/credentials"
)

// maxBcryptCost is the highest cost allowed; each step doubles the work.
const maxBcryptCost = 15

// bcryptMemory is what one attempt takes: the tables of Blowfish.
const bcryptMemory = 4 << 10

var bcryptRest = regexp.MustCompile(`^(\d\d)\$[./A-Za-z0-9]{53}$`)

func bcryptHash(text, rest string) (Hash, error) {
	found := bcryptRest.FindStringSubmatch(rest)
	if found == nil {
		return Hash{}, credentials.ErrHashMalformed
	}
	cost, err := strconv.Atoi(found[1])
	if err != nil || cost < bcrypt.MinCost || cost > bcrypt.MaxCost {
		return Hash{}, credentials.ErrHashMalformed
	}
	effort := 1.0
	if cost > maxBcryptCost {
		effort = 2
	}
	return Hash{memory: bcryptMemory, effort: effort, matches: func(password []byte) bool {
		return bcrypt.CompareHashAndPassword([]byte(text), password) == nil
	}}, nil
}
