package e2e_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// BenchmarkThunderGet measures Thunder's GET /users beside GET /api/users/me of the same user, alternately: on a stack
// without the check of the password header, and on this package's stack with it. The difference between the two is the
// check of the hash. Compare the ratios, because machines differ.
func BenchmarkThunderGet(b *testing.B) {
	root, err := filepath.Abs("../..")
	if err != nil {
		b.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "muster-thunder-*")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // as root, PostgreSQL runs as another user
		b.Fatal(err)
	}
	var unchecked stack
	stop, err := start(root, musterProgram(b), filepath.Join(dir, ".muster"), &unchecked, "THUNDER_PASSWORD_HEADER_CHECK=false")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := stop(); err != nil {
			b.Errorf("the stack did not stop cleanly: %v", err)
		}
	})
	b.Run("without-check", func(b *testing.B) { benchmarkThunderGet(b, unchecked.Gateway, "") })
	b.Run("with-check", func(b *testing.B) { benchmarkThunderGet(b, muster.Gateway, thunderPassword) })
}

func benchmarkThunderGet(b *testing.B, gateway, header string) {
	c := &client{base: gateway}
	email := uniqueEmail("bench")
	if a, err := c.thunder("POST", "/users", thunderUser(email, thunderPassword, object{"plan": "gold"}), ""); err != nil || a.status != http.StatusCreated {
		b.Fatalf("create: %s %v", a, err)
	}
	a, err := c.try("POST", "/api/auth/login", object{"email": email, "password": thunderPassword})
	if err != nil || a.status != http.StatusOK {
		b.Fatalf("login: %s %v", a, err)
	}
	me := &client{base: gateway}
	me.token, _ = a.body["accessToken"].(string)
	timed := func(request func() (answer, error)) float64 {
		began := time.Now()
		a, err := request()
		if err != nil || a.status != http.StatusOK {
			b.Fatalf("%s %v", a, err)
		}
		return time.Since(began).Seconds() * 1000
	}
	var thunder, own []float64
	for b.Loop() {
		thunder = append(thunder, timed(func() (answer, error) { return c.thunder("GET", "/users"+named(email), nil, header) }))
		own = append(own, timed(func() (answer, error) { return me.try("GET", "/api/users/me", nil) }))
	}
	b.ReportMetric(0, "ns/op")
	for name, times := range map[string][]float64{"thunder": thunder, "me": own} {
		b.ReportMetric(median(times), name+"-median-ms")
		slices.Sort(times)
		b.ReportMetric(times[len(times)*95/100], fmt.Sprintf("%s-p95-ms", name))
	}
	b.ReportMetric(median(thunder)/median(own), "of-me")
}
