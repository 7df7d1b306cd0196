package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"
)

// The load of [BenchmarkSignIns] and [BenchmarkSignInBesideAGuesser].
const (
	signInTime   = 3 * time.Second
	signInTurns  = 3
	signInSample = 50
	guessers     = 64
	registering  = 16
)

// BenchmarkSignIns measures how many sign-ins a second identity answers, and how many bare argon2id hashes a second the same
// machine makes with identity's default parameters, in turns. Run it without cheap hashes.
func BenchmarkSignIns(b *testing.B) {
	connections := 2 * runtime.NumCPU()
	emails := make([]string, connections)
	for i := range emails {
		emails[i] = registered(b, "192.0.2.1")
	}
	var signIns, bare []float64
	var count atomic.Int64
	spent := map[string]time.Duration{}
	for turn := range signInTurns + 1 {
		before := processorTimes(b, pidOf(b, "identity"))
		rate := perSecond(b, connections, signInTime, func(ctx context.Context, i int) {
			switch status := passwordSignIn(ctx, b, emails[i], password, "192.0.2.1"); {
			case status == http.StatusOK && turn > 0:
				count.Add(1)
			case status != http.StatusOK && ctx.Err() == nil:
				b.Errorf("sign-in: %d", status)
			}
		})
		if turn > 0 {
			for name, used := range processorTimes(b, pidOf(b, "identity")) {
				spent[name] += used - before[name]
			}
		}
		hashes := perSecond(b, runtime.NumCPU(), signInTime, func(context.Context, int) {
			argon2.IDKey([]byte(password), []byte("0123456789abcdef"), 2, 19456, 1, 32)
		})
		if turn > 0 { // the first one opens connections and fills caches
			signIns, bare = append(signIns, rate), append(bare, hashes)
		}
	}
	fmt.Printf("\nsign-ins: %.0f/s, bare argon2id: %.0f/s: %.0f %%\n", mean(signIns), mean(bare), 100*mean(signIns)/mean(bare))
	printCosts(nil, spent, float64(count.Load()))
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(mean(signIns), "sign-ins/s")
	b.ReportMetric(mean(bare), "argon2id/s")
	b.ReportMetric(100*mean(signIns)/mean(bare), "percent")
}

// BenchmarkSignInBesideAGuesser measures the time of a sign-in while somebody in another network tries passwords for many addresses,
// which nothing throttles here, and others register, compared with an idle system.
func BenchmarkSignInBesideAGuesser(b *testing.B) {
	email := registered(b, "192.0.2.1")
	sample := func() float64 {
		var took []float64
		for range signInSample {
			start := time.Now()
			if status := passwordSignIn(b.Context(), b, email, password, "192.0.2.1"); status != http.StatusOK {
				b.Fatalf("sign-in: %d", status)
			}
			took = append(took, float64(time.Since(start).Microseconds())/1000)
		}
		return median(took)
	}
	sample()
	idle := sample()
	ctx, stop := context.WithCancel(b.Context())
	var work sync.WaitGroup
	var guesses, registrations atomic.Int64
	for range guessers {
		work.Go(func() {
			for ctx.Err() == nil {
				if status := passwordSignIn(ctx, b, uniqueEmail("guessed"), "wrong password", "198.51.100.7"); status == http.StatusUnauthorized {
					guesses.Add(1)
				}
			}
		})
	}
	for range registering {
		work.Go(func() {
			for ctx.Err() == nil {
				body := object{"email": uniqueEmail("beside"), "password": password}
				if status := postAs(ctx, b, "/api/auth/register", body, "203.0.113.9"); status == http.StatusCreated {
					registrations.Add(1)
				}
			}
		})
	}
	busy := sample()
	stop()
	work.Wait()
	fmt.Printf("\nsign-in: %.1f ms idle, %.1f ms beside %d guesses and %d registrations: %.1f times\n\n", idle, busy, guesses.Load(), registrations.Load(), busy/idle)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(idle, "idle-ms")
	b.ReportMetric(busy, "beside-ms")
	b.ReportMetric(busy/idle, "times")
}

// perSecond calls work in so many goroutines, each again and again, and returns how often a second.
func perSecond(b *testing.B, goroutines int, total time.Duration, work func(ctx context.Context, i int)) float64 {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), total)
	defer cancel()
	var done atomic.Int64
	var group sync.WaitGroup
	began := time.Now()
	for i := range goroutines {
		group.Go(func() {
			for ctx.Err() == nil {
				work(ctx, i)
				done.Add(1)
			}
		})
	}
	group.Wait()
	return float64(done.Load()) / time.Since(began).Seconds()
}

// registered is the address of a new user.
func registered(b *testing.B, network string) string {
	b.Helper()
	email := uniqueEmail("hashed")
	if status := postAs(b.Context(), b, "/api/auth/register", object{"email": email, "password": password}, network); status != http.StatusCreated {
		b.Fatalf("register: %d", status)
	}
	return email
}

func passwordSignIn(ctx context.Context, b *testing.B, email, secret, network string) int {
	b.Helper()
	return postAs(ctx, b, "/api/auth/login", object{"email": email, "password": secret}, network)
}

// postAs posts to identity itself, as the gateway does for a client in the network. It returns 0 when ctx has ended.
func postAs(ctx context.Context, b *testing.B, path string, body object, network string) int {
	b.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		b.Error(err)
		return 0
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, muster.Services["identity"].URL+path, bytes.NewReader(text))
	if err != nil {
		b.Error(err)
		return 0
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Muster-Client-IP", network)
	response, err := httpClient.Do(request)
	if err != nil {
		if ctx.Err() == nil {
			b.Error(err)
		}
		return 0
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode
}
