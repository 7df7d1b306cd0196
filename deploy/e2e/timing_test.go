//go:build timing

package e2e_test

import (
	"math/rand/v2"
	"net/http"
	"os"
	"path"
	"slices"
	"strconv"
	"testing"
	"time"
)

// timingRounds is how many requests each kind of address gets, 200 by default.
const timingRounds = "MUSTER_E2E_TIMING_ROUNDS"

// timingTolerance is how far the median of a kind may be from that of unknown addresses.
const timingTolerance = 0.10

// TestTimingTellsNothing compares how long a request takes for an address that nobody has with how long it takes for known, unverified
// and imported ones. The kinds take turns, so that what else the machine does meets all of them. Each request names another
// address, and is answered as in production. Run it with "make timing": it needs real hashes, no throttles, and a quiet machine.
func TestTimingTellsNothing(t *testing.T) {
	rounds := 200
	if text := os.Getenv(timingRounds); text != "" {
		var err error
		if rounds, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	const people = 20 // of each kind
	kinds := map[string][]string{}
	boss := admin(t)
	var roster []object
	for i := range people {
		known, unverified := verified(t, "known"), register(t, "unverified")
		imported := uniqueEmail("imported")
		roster = append(roster, object{"legacyUserId": run%1_000_000_000*100 + int64(i) + 1, "email": imported, "passwordHash": sha512crypt})
		kinds["known"] = append(kinds["known"], known.email)
		kinds["unverified"] = append(kinds["unverified"], unverified.email)
		kinds["imported"] = append(kinds["imported"], imported)
		kinds["unknown"] = append(kinds["unknown"], uniqueEmail("unknown"))
	}
	if a := boss.upload("importId=timing", roster...); a.status != http.StatusOK {
		t.Fatalf("import: %s", a)
	}
	names := []string{"unknown", "known", "unverified", "imported"}
	for _, request := range []struct {
		path   string
		body   func(email string) object
		status int
	}{
		{"/api/auth/login", func(email string) object { return object{"email": email, "password": "wrong password"} }, http.StatusUnauthorized},
		{"/api/auth/forgot-password", func(email string) object { return object{"email": email} }, http.StatusOK},
		{"/api/auth/resend-verification", func(email string) object { return object{"email": email} }, http.StatusOK},
	} {
		t.Run(path.Base(request.path), func(t *testing.T) {
			took := map[string][]time.Duration{}
			turns := rand.New(rand.NewPCG(1, 2))
			for round := range rounds + people { // the first of each address warm up
				// In another order each time: the letter that one request has ordered is sent while the next is answered.
				for _, turn := range turns.Perm(len(names)) {
					name := names[turn]
					c := &client{t: t}
					start := time.Now()
					a := c.do("POST", request.path, request.body(kinds[name][round%people]))
					if a.status != request.status {
						t.Fatalf("%s: %s", name, a)
					}
					if round >= people {
						took[name] = append(took[name], time.Since(start))
					}
				}
			}
			unknown := middle(took["unknown"])
			for _, name := range names {
				ratio := float64(middle(took[name])) / float64(unknown)
				t.Logf("%-32s %-10s median %8.2f ms, %.3f of unknown", request.path, name, float64(middle(took[name]).Microseconds())/1000, ratio)
				if ratio < 1-timingTolerance || ratio > 1+timingTolerance {
					t.Errorf("%s: the time tells %s from unknown addresses", request.path, name)
				}
			}
		})
	}
}

func middle(d []time.Duration) time.Duration { return slices.Sorted(slices.Values(d))[len(d)/2] }
