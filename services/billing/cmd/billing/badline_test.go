package main

import (
	"io"
	"maps"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// badLine is a line to Stripe on which calls fail while it is bad.
type badLine struct {
	bad  atomic.Bool
	hang time.Duration // how long a call can hang; zero for never

	mu     sync.Mutex
	random *rand.Rand
	kept   map[string]bool // idempotency keys under which Stripe keeps a failure of its own
	fails  map[fault]int   // how often each fault has happened
	next   planned         // a fault that was asked for
}

// planned is a fault of the next calls whose method and path match.
type planned struct {
	fault
	method string
	path   *regexp.Regexp
	times  int
}

type fault string

// The faults.
const (
	none        fault = ""
	overloaded  fault = "429"
	broken      fault = "500, not done"
	brokenAfter fault = "500, done"
	cut         fault = "connection lost, not done"
	cutAfter    fault = "connection lost, done"
	hangs       fault = "hangs, done"
)

func newBadLine(seed int64) *badLine {
	return &badLine{random: rand.New(rand.NewSource(seed)), kept: map[string]bool{}, fails: map[fault]int{}}
}

// open starts the line to a server and returns its address.
func (l *badLine) open(t *testing.T, server string) string {
	line := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { l.pass(t, server, w, r) }))
	t.Cleanup(line.Close)
	return line.URL
}

func (l *badLine) pass(t *testing.T, server string, w http.ResponseWriter, r *http.Request) {
	f := l.fault(r)
	switch f {
	case overloaded:
		refuse(w, http.StatusTooManyRequests, `{"error":{"type":"invalid_request_error","code":"rate_limit","message":"Too many requests."}}`)
		return
	case broken:
		refuse(w, http.StatusInternalServerError, `{"error":{"type":"api_error","message":"It broke."}}`)
		return
	case cut:
		panic(http.ErrAbortHandler)
	}
	forwarded, err := http.NewRequestWithContext(t.Context(), r.Method, server+r.URL.String(), r.Body)
	if err != nil {
		t.Error(err)
		return
	}
	forwarded.Header = r.Header
	response, err := http.DefaultTransport.RoundTrip(forwarded)
	if err != nil {
		panic(http.ErrAbortHandler) // the test is over
	}
	defer response.Body.Close()
	switch f {
	case brokenAfter:
		refuse(w, http.StatusInternalServerError, `{"error":{"type":"api_error","message":"It broke."}}`)
		return
	case cutAfter:
		panic(http.ErrAbortHandler)
	case hangs:
		select {
		case <-r.Context().Done():
		case <-time.After(l.hang):
		}
		panic(http.ErrAbortHandler)
	}
	for name, values := range response.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(response.StatusCode)
	_, _ = io.Copy(w, response.Body)
}

func refuse(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// fault decides what happens to a call. A failure of Stripe itself comes again for the same idempotency key.
func (l *badLine) fault(r *http.Request) fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := r.Header.Get("Idempotency-Key")
	if l.kept[key] {
		return broken
	}
	f := l.draw(r)
	l.fails[f]++
	if key != "" && (f == broken || f == brokenAfter) {
		l.kept[key] = true
	}
	return f
}

// counts returns how often each fault has happened.
func (l *badLine) counts() map[fault]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.fails)
}

// plan makes the next calls fail whose method and path match.
func (l *badLine) plan(f fault, times int, method, path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next = planned{f, method, regexp.MustCompile(path), times}
}

func (l *badLine) draw(r *http.Request) fault {
	if n := &l.next; n.times > 0 && n.method == r.Method && n.path.MatchString(r.URL.Path) {
		n.times--
		return n.fault
	}
	if !l.bad.Load() {
		return none
	}
	writes, chance := r.Method != http.MethodGet, l.random.Float64()
	if !writes {
		chance *= 5 // reads are many, and their failures are harmless
	}
	switch {
	case chance < 0.02:
		return broken
	case chance < 0.04 && writes:
		return brokenAfter
	case chance < 0.06:
		return overloaded
	case chance < 0.07:
		return cut
	case chance < 0.09 && writes:
		return cutAfter
	case chance < 0.092 && writes && l.hang > 0:
		return hangs
	}
	return none
}
