package foreignhash

import (
	"math"
	"regexp"
	"strconv"

	"golang.org/x/crypto/bcrypt"

	"muster/services/identity/internal/credentials"
)

// bcryptMemory is the memory of one attempt in bytes: the tables of Blowfish.
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
	return Hash{memory: bcryptMemory, effort: bcryptEffort(cost), matches: func(password []byte) bool {
		return bcrypt.CompareHashAndPassword([]byte(text), password) == nil
	}}, nil
}

// bcryptEffort returns Hash.effort for a bcrypt cost.
func bcryptEffort(cost int) float64 { return math.Exp2(float64(cost - unitCost)) }
