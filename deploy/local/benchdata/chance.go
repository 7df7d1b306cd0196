package benchdata

import (
	"math/rand/v2"
	"slices"
	"time"
)

// seed makes the users what they are: another one makes others.
const seed = 20260101

// chance is one user's own source of chance, so that each can be made without those before.
type chance struct{ *rand.Rand }

func chanceOf(userID int64) chance { return chance{rand.New(rand.NewPCG(seed, uint64(userID)))} }

// in says yes n times of a thousand.
func (c chance) in(n int) bool { return c.IntN(1000) < n }

// between is a whole second from one time to another.
func (c chance) between(from, to time.Time) time.Time {
	seconds := int64(to.Sub(from) / time.Second)
	if seconds <= 0 {
		return from
	}
	return from.Add(time.Duration(c.Int64N(seconds+1)) * time.Second)
}

// code is what a verification mail would carry.
func (c chance) code() string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	code := make([]byte, 12)
	for i := range code {
		code[i] = letters[c.IntN(len(letters))]
	}
	return string(code)
}

// weighted are things, and how often each comes of the sum of all.
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

// zipf are names of which the nth comes as often as 1/(n+10), roughly as names do.
type zipf struct {
	names []string
	upTo  []float64 // sums of the frequencies, up to each
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
