package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"muster/libs/testkit/eventually"
	"muster/libs/web"
)

// slowBody is a client that sends the first byte of a body and then stops.
type slowBody struct {
	reading  atomic.Bool  // the gateway is reading the body
	answered atomic.Int64 // the status of the answer; 0 if there is none yet
}

// slow starts a request on a public route with "Expect: 100-continue", so the test knows when the gateway reads the
// body.
func (w *world) slow(forwardedFor string) *slowBody {
	w.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = conn.Close() })
	fmt.Fprintf(conn, "POST /api/auth/verify-email HTTP/1.1\r\nHost: gateway\r\nX-Forwarded-For: %s\r\nContent-Type: application/json\r\n"+
		"Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n", forwardedFor)
	s := &slowBody{}
	go func() {
		answers := bufio.NewReader(conn)
		if resp, err := http.ReadResponse(answers, nil); err != nil || resp.StatusCode != http.StatusContinue {
			return
		}
		fmt.Fprint(conn, "{")
		s.reading.Store(true)
		if resp, err := http.ReadResponse(answers, nil); err == nil {
			s.answered.Store(int64(resp.StatusCode))
			_ = resp.Body.Close()
		}
	}()
	return s
}

func behindAProxy(s *settings) { s.TrustedProxies = []string{"127.0.0.0/8"} }

// TestSlowBodiesHoldNobodyUp sends many more of them than there are connections to the service.
func TestSlowBodiesHoldNobodyUp(t *testing.T) {
	w := newWorld(t, behindAProxy)
	w.member(7, "SUBS")
	w.directory.answers("GET", "/api/users/me", 200, `{"id":7}`)
	w.directory.answers("POST", "/api/auth/verify-email", 200, `{}`)
	bodies := make([]*slowBody, 260)
	for i := range bodies {
		bodies[i] = w.slow(fmt.Sprintf("198.51.%d.%d", i/100, i%100))
	}
	eventually.Holds(t, time.Minute, "all bodies are being read", func() bool {
		for _, b := range bodies {
			if !b.reading.Load() {
				return false
			}
		}
		return true
	})
	if a := w.do("GET", "/api/users/me", "", w.bearer(7)...); a.status != http.StatusOK {
		t.Errorf("a read: %s", a)
	}
	if a := w.do("POST", "/api/auth/verify-email", "{}"); a.status != http.StatusOK {
		t.Errorf("a write: %s", a)
	}
	for i, b := range bodies {
		if status := b.answered.Load(); status != 0 {
			t.Fatalf("body %d was answered %d: the others no longer had to get past all of them", i, status)
		}
	}
	if arrived := w.directory.requests("/api/auth/verify-email"); len(arrived) != 1 {
		t.Errorf("directory was asked %d times", len(arrived))
	}
}

// TestANetworksOldestBodyMakesRoomForItsNewest: a complete request gets through even from the attacking network.
func TestANetworksOldestBodyMakesRoomForItsNewest(t *testing.T) {
	w := newWorld(t, behindAProxy)
	w.directory.answers("POST", "/api/auth/verify-email", 200, `{}`)
	var bodies []*slowBody
	for i := range web.BodiesPerNetwork + 1 {
		b := w.slow(fmt.Sprintf("2001:db8:0:1%02x::%x", i%8, i+1)) // one /56
		eventually.Holds(t, time.Minute, "the body is being read", b.reading.Load)
		bodies = append(bodies, b)
	}
	eventually.Holds(t, time.Minute, "the oldest is cut off", func() bool { return bodies[0].answered.Load() == http.StatusRequestTimeout })
	for i, from := range []string{"2001:db8:0:1ff::1", "2001:db8:0:2ff::1"} {
		if a := w.do("POST", "/api/auth/verify-email", "{}", "X-Forwarded-For", from); a.status != http.StatusOK {
			t.Errorf("from %s: %s", from, a)
		}
		if i == 0 {
			eventually.Holds(t, time.Minute, "the second is cut off", func() bool { return bodies[1].answered.Load() == http.StatusRequestTimeout })
		}
	}
	for i, b := range bodies[2:] {
		if status := b.answered.Load(); status != 0 {
			t.Errorf("body %d was answered %d", i+2, status)
		}
	}
}
