package benchdata

import (
	"math/rand/v2"
	"slices"
	"time"
)

// seed determines the generated users: another seed generates other users.
const seed = 20260101

// chance is the random source of one user. Each user has its own, so that each can be generated without its
// predecessors.
type chance struct{ *rand.Rand }

func chanceOf(userID int64) chance { return chance{rand.New(rand.NewPCG(seed, uint64(userID)))} }

// in returns true n times out of a thousand.
func (c chance) in(n int) bool { return c.IntN(1000) < n }

// between returns a whole second between the two times.
func (c chance) between(from, to time.Time) time.Time {
	seconds := int64(to.Sub(from) / time.Second)
	if seconds <= 0 {
		return from
	}
	return from.Add(time.Duration(c.Int64N(seconds+1)) * time.Second)
}

// code returns a code as in a verification mail.
func (c chance) code() string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	code := make([]byte, 12)
	for i := range code {
		code[i] = letters[c.IntN(len(letters))]
	}
	return string(code)
}

// weighted are items with their relative frequencies.
type weighted[T any] []struct {
	thing  T
	weight int
}

func (w weighted[T]) pick(c chance) T {
	sum := 0
	for _, one := range w {
		sum += one.weight
	}
	n := c.IntN(sum)
	for _, one := range w {
		if n -= one.weight; n < 0 {
			return one.thing
		}
	}
	return w[len(w)-1].thing
}

// zipf are names whose nth has a frequency of 1/(n+10), which approximates real names.
type zipf struct {
	names []string
	upTo  []float64 // cumulative frequencies
}

func newZipf(names []string) zipf {
	z := zipf{names: names}
	sum := 0.0
	for n := range names {
		sum += 1 / float64(n+10)
		z.upTo = append(z.upTo, sum)
	}
	return z
}

func (z zipf) pick(c chance) string {
	at, _ := slices.BinarySearch(z.upTo, c.Float64()*z.upTo[len(z.upTo)-1])
	return z.names[min(at, len(z.names)-1)]
}
