package web_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
)

// served is a handler on a real socket, served as in production but for its patience.
func served(t *testing.T, h http.Handler, header, write time.Duration) (addr string) {
	t.Helper()
	l, err := web.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- web.ServeImpatiently(ctx, l, h, quiet, header, write) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// reader is an engine whose one route reads its body and says how long it is.
func reader(bodyTime time.Duration) *gin.Engine {
	e := web.NewImpatient(web.Options{Service: "test", Logger: quiet}, bodyTime)
	e.POST("/body", func(c *gin.Context) {
		body, err := web.ReadBody(c)
		if err != nil {
			web.Fail(c, err)
			return
		}
		again, err := io.ReadAll(c.Request.Body)
		if err != nil || string(again) != string(body) {
			web.Fail(c, fmt.Errorf("read again: %d bytes, %w", len(again), err))
			return
		}
		c.String(http.StatusOK, "%d", len(body))
	})
	return e
}

// dial sends text over a connection of its own, which ends with the test.
func dial(t *testing.T, addr, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

// status is that of the answer; 0 when the connection ends without one.
func status(conn net.Conn) int {
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

const slowBody = "POST /body HTTP/1.1\r\nHost: h\r\nX-Muster-Client-IP: %s\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n"

// slow begins a body that does not end. It returns when the body is being read, which the server says with status 100.
func slow(t *testing.T, addr, from string) <-chan int {
	t.Helper()
	conn, answered := dial(t, addr, fmt.Sprintf(slowBody, from)), make(chan int, 1)
	answers := bufio.NewReader(conn)
	if resp, err := http.ReadResponse(answers, nil); err != nil || resp.StatusCode != http.StatusContinue {
		t.Fatalf("%v, %v", resp, err)
	}
	go func() {
		resp, err := http.ReadResponse(answers, nil)
		if err != nil {
			answered <- 0
			return
		}
		_ = resp.Body.Close()
		answered <- resp.StatusCode
	}()
	return answered
}

func slowRequest(path string) string {
	return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n{"
}

func TestABodyHasATimeToArrive(t *testing.T) {
	e := reader(50 * time.Millisecond)
	conn := dial(t, served(t, e, time.Minute, time.Minute), slowRequest("/body"))
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	if want := `{"message":"The request body took too long to arrive.","code":"REQUEST_TIMEOUT"}`; err != nil || resp.StatusCode != 408 || string(text) != want || !resp.Close {
		t.Errorf("%d %s %v, closes: %v", resp.StatusCode, text, err, resp.Close)
	}
	if _, err := r.ReadByte(); err == nil {
		t.Error("the connection goes on")
	}
}

// TestABodyNobodyReadsHasATimeToArrive: the server reads it before it answers.
func TestABodyNobodyReadsHasATimeToArrive(t *testing.T) {
	e := reader(50 * time.Millisecond)
	conn := dial(t, served(t, e, time.Minute, time.Minute), slowRequest("/nowhere"))
	if got := status(conn); got != 404 {
		t.Errorf("status %d", got)
	}
}

func TestTooManyBodiesInAllCostTheLargestNetworkItsOldest(t *testing.T) {
	e := reader(time.Hour)
	addr := served(t, e, time.Minute, time.Minute)
	slow := func(from string) <-chan int { return slow(t, addr, from) }
	alone := slow("192.0.2.1")
	first, second := slow("198.51.100.1"), slow("198.51.100.1")
	for i := range web.MaxBodies - 3 {
		slow(fmt.Sprintf("203.0.%d.%d", i/100, i%100))
	}
	last := slow("192.0.2.2") // one too many
	if got := <-first; got != 408 {
		t.Errorf("the oldest of the network with two bodies: %d", got)
	}
	slow("192.0.2.3") // each network has one now
	if got := <-alone; got != 408 {
		t.Errorf("the oldest of all: %d", got)
	}
	conn := dial(t, addr, "POST /body HTTP/1.1\r\nHost: h\r\nX-Muster-Client-IP: 192.0.2.4\r\nContent-Length: 2\r\n\r\n{}")
	if got := status(conn); got != 200 {
		t.Errorf("a complete request: %d", got)
	}
	if got := <-second; got != 408 {
		t.Errorf("what made room for it: %d", got)
	}
	select {
	case got := <-last:
		t.Errorf("the newest was answered %d", got)
	default:
	}
}

func TestABodyIsReadHoweverItComes(t *testing.T) {
	e := reader(time.Minute)
	addr := served(t, e, time.Minute, time.Minute)
	for name, test := range map[string]struct {
		request string
		status  int
	}{
		"none":                  {"POST /body HTTP/1.1\r\nHost: h\r\n\r\n", 200},
		"empty":                 {"POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", 200},
		"in chunks":             {"POST /body HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 200},
		"no chunks":             {"POST /body HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200},
		"malformed chunks":      {"POST /body HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400},
		"too long by its size":  {fmt.Sprintf("POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n", web.MaxBody+1), 413},
		"too long as it proves": {fmt.Sprintf("POST /body HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s", web.MaxBody+1, strings.Repeat("x", web.MaxBody+1)), 413},
	} {
		if got := status(dial(t, addr, test.request)); got != test.status {
			t.Errorf("%s: %d, want %d", name, got, test.status)
		}
	}
}

// TestARequestOutlivesTheTimeOfItsBody: the deadline of the body is not one of the request.
func TestARequestOutlivesTheTimeOfItsBody(t *testing.T) {
	e := web.NewImpatient(web.Options{Service: "test", Logger: quiet}, 50*time.Millisecond)
	e.Any("/body", func(c *gin.Context) {
		if _, err := web.ReadBody(c); err != nil {
			web.Fail(c, err)
			return
		}
		ctx, cancel := context.WithTimeout(c.Request.Context(), 300*time.Millisecond)
		defer cancel()
		<-ctx.Done()
		if c.Request.Context().Err() != nil {
			t.Error("the request was cancelled")
		}
		c.Status(http.StatusOK)
	})
	addr := served(t, e, time.Minute, time.Minute)
	for _, request := range []string{"GET /body HTTP/1.1\r\nHost: h\r\n\r\n", "POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}"} {
		if got := status(dial(t, addr, request)); got != 200 {
			t.Errorf("%s: %d", request, got)
		}
	}
}

func TestHeadersAreBounded(t *testing.T) {
	e := reader(time.Minute)
	if got := status(dial(t, served(t, e, 50*time.Millisecond, time.Minute), "POST /body HTTP/1.1\r\nHost: h\r\nX-Slow: ")); got != 0 && got != 408 {
		t.Errorf("slow headers: %d", got)
	}
	long := "GET /body HTTP/1.1\r\nHost: h\r\nX-Long: " + strings.Repeat("x", 80<<10) + "\r\n\r\n"
	if got := status(dial(t, served(t, e, time.Minute, time.Minute), long)); got != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("long headers: %d", got)
	}
}

func TestAClientThatDoesNotReadIsCutOff(t *testing.T) {
	cut := make(chan error, 1)
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for piece := make([]byte, 1<<20); ; {
			if _, err := w.Write(piece); err != nil {
				cut <- err
				return
			}
		}
	})
	dial(t, served(t, h, time.Minute, 50*time.Millisecond), "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	select {
	case <-cut:
	case <-time.After(time.Minute):
		t.Error("the server goes on writing")
	}
}

// TestAHeldAnswerIsWritten: the deadline runs while the client is being written to, not before.
func TestAHeldAnswerIsWritten(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		held, cancel := context.WithTimeout(r.Context(), 300*time.Millisecond)
		defer cancel()
		<-held.Done()
		_, _ = w.Write(make([]byte, 1<<20))
	})
	conn := dial(t, served(t, h, time.Minute, 100*time.Millisecond), "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
	if n, err := io.Copy(io.Discard, conn); err != nil || n < 1<<20 {
		t.Errorf("%d bytes, %v", n, err)
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"198.51.100.7": "198.51.100.7", "::ffff:198.51.100.7": "198.51.100.7", "2001:db8:1:2ff::7": "2001:db8:1:200::/56",
		"2001:db8:1:3ff::7": "2001:db8:1:300::/56", "fe80::1%eth0": "fe80::/56", "nonsense": "nonsense", "": "",
	} {
		if got := web.Network(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}

func TestTheClientIsWhomTheGatewayNamesAndElseThePeer(t *testing.T) {
	var got string
	e := web.New(web.Options{Service: "test", Logger: quiet})
	e.GET("/", func(c *gin.Context) { got = web.ClientIP(c) })
	for named, want := range map[string]string{"2001:db8::7": "2001:db8::7", "": "192.0.2.1", "nonsense": "192.0.2.1"} {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.RemoteAddr = "192.0.2.1:1234"
		r.Header.Set("X-Forwarded-For", "198.51.100.9")
		if named != "" {
			r.Header.Set(web.HeaderClientIP, named)
		}
		e.ServeHTTP(httptest.NewRecorder(), r)
		if got != want {
			t.Errorf("named %q: %q, want %q", named, got, want)
		}
	}
}
