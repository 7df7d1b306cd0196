package foreignhash

import (
	"strings"

	"golang.org/x/crypto/argon2"

	"muster/services/identity/internal/credentials"
)

// unitArgon2 is one unit of effort: KiB of memory times passes.
const unitArgon2 = 1 << 20

// maxLanes is the library's limit. Lanes divide the work and do not add to it.
const maxLanes = 255

type argon2Key func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte

func argon2id(_, rest string) (Hash, error) { return argon2Hash(rest, argon2.IDKey) }

func argon2i(_, rest string) (Hash, error) { return argon2Hash(rest, argon2.Key) }

func argon2Hash(rest string, key argon2Key) (Hash, error) {
	rest, current := strings.CutPrefix(rest, "v=19$")
	if !current {
		return Hash{}, credentials.ErrHashUnsupported
	}
	parts, err := sections(rest, 3)
	if err != nil {
		return Hash{}, err
	}
	p, err := parameters(parts[0], "m", "t", "p")
	if err != nil {
		return Hash{}, err
	}
	salt, want, err := saltAndKey(unpadded, parts[1], parts[2])
	if err != nil {
		return Hash{}, err
	}
	memory, time, lanes := p["m"], p["t"], p["p"]
	if lanes > maxLanes {
		return Hash{}, credentials.ErrHashTooExpensive
	}
	if memory < 8*lanes { // RFC 9106, section 3.1
		return Hash{}, credentials.ErrHashMalformed
	}
	return Hash{
		memory: float64(memory) * 1024, effort: float64(memory) * float64(time) / unitArgon2,
		matches: matching(want, func(password []byte) []byte {
			return key(password, salt, uint32(time), uint32(memory), uint8(lanes), uint32(len(want)))
		}),
	}, nil
}
