package main

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"muster/libs/service/servicetest"
	"muster/libs/web"
)

// from sends a sign-in or a registration that comes from an address, as the gateway passes it on. after is Retry-After.
func (r *replica) from(ip, path, email, password string) (status int, after string) {
	r.t.Helper()
	request := r.Request(r.t, http.MethodPost, path, signInBody{email, password})
	request.Header.Set(web.HeaderClientIP, ip)
	a := servicetest.Do(r.t, request)
	return a.Status, a.Header.Get("Retry-After")
}

const (
	signInPath   = "/api/auth/login"
	registerPath = "/api/auth/register"
)

// TestGuessesElsewhereDoNotKeepTheOwnerOut, whichever replicas they reach.
func TestGuessesElsewhereDoNotKeepTheOwnerOut(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	s.environment["IDENTITY_LOGIN_MAX_FAILURES"], s.environment["IDENTITY_LOGIN_MAX_IP_FAILURES"] = "4", "8"
	replicas := []*replica{s.boot(), s.boot()}
	replicas[0].register("ada@example.com")
	n := 0
	try := func(ip, email, password string) (int, string) {
		t.Helper()
		n++
		return replicas[n%2].from(ip, signInPath, email, password)
	}
	for range 4 {
		status, _ := try("2001:db8:1:2ff::7", "ada@example.com", "wrong password")
		want(t, "a wrong password", status, http.StatusUnauthorized)
	}
	for _, guess := range []string{"wrong password", password, password} { // on both replicas, from anywhere in the /56
		status, after := try("2001:db8:1:200::9", "Ada@example.com", guess)
		seconds, err := strconv.Atoi(after)
		if status != http.StatusTooManyRequests || err != nil || seconds < 1 || seconds > 2*15*60 {
			t.Errorf("a guess past the limit: %d, Retry-After %q", status, after)
		}
	}
	status, _ := try("192.0.2.1", "ada@example.com", password)
	want(t, "the owner", status, http.StatusOK)

	// The network as a whole is slowed down by guesses at many accounts, and it alone.
	for i := range 4 {
		status, _ := try("2001:db8:1:2ff::7", fmt.Sprintf("nobody%d@example.com", i), "wrong password")
		want(t, "a guess at another account", status, http.StatusUnauthorized)
	}
	status, _ = try("2001:db8:1:2ff::7", "bob@example.com", "wrong password")
	want(t, "the guessing network", status, http.StatusTooManyRequests)
	status, _ = try("2001:db8:1:300::7", "bob@example.com", "wrong password")
	want(t, "its neighbour", status, http.StatusUnauthorized)
}

// TestRegistrationsOfANetwork end on all replicas alike.
func TestRegistrationsOfANetwork(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	s.environment["IDENTITY_REGISTRATIONS_PER_HOUR"] = "3"
	replicas := []*replica{s.boot(), s.boot()}
	register := func(ip string, n int) (int, string) {
		t.Helper()
		return replicas[n%2].from(ip, registerPath, fmt.Sprintf("user%d@example.com", n), password)
	}
	for n := range 3 {
		status, _ := register("192.0.2.1", n)
		want(t, "a registration", status, http.StatusCreated)
	}
	for n := 3; n < 5; n++ {
		status, after := register("192.0.2.1", n)
		seconds, err := strconv.Atoi(after)
		if status != http.StatusTooManyRequests || err != nil || seconds < 1 || seconds > 2*60*60 {
			t.Errorf("one too many: %d, Retry-After %q", status, after)
		}
	}
	status, _ := register("192.0.2.2", 5)
	want(t, "another network", status, http.StatusCreated)
}
