package e2e_test

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// The load of [TestMalformedRequestsHarmNobody].
const (
	malformedWorkers = 4
	malformedRounds  = 5                     // of each kind, by each worker
	malformedPause   = 20 * time.Millisecond // between two requests of a worker: without it the clients take the processors
	slowBodies       = 40
	idleReaders      = 20
	otherRequests    = 30 // before the load
	// mostGrowth is how much more memory the gateway may have afterwards, in bytes. Go gives memory back late.
	mostGrowth = 128 << 20
)

// malformed are complete requests that no server should accept, without the lines that all have. %s is an access token.
var malformed = map[string]string{
	"two lengths":                  "POST /api/auth/reset-password HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}{}{}",
	"a length and chunks":          "POST /api/auth/reset-password HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n19\r\nGET /api/users HTTP/1.1\r\n\r\n0\r\n\r\n",
	"a length that is a list":      "POST /api/auth/reset-password HTTP/1.1\r\nContent-Length: 2, 20\r\n\r\n{}",
	"a length with a sign":         "POST /api/auth/reset-password HTTP/1.1\r\nContent-Length: +2\r\n\r\n{}",
	"a space before the colon":     "POST /api/auth/reset-password HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
	"a folded header":              "POST /api/auth/reset-password HTTP/1.1\r\nX-A: b\r\n\tTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}",
	"a wrong chunk":                "POST /api/auth/reset-password HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
	"a NUL in a header":            "GET /api/users HTTP/1.1\r\nX-A: \x00\r\n\r\n",
	"a line feed in the path":      "GET /api/users\nHost: elsewhere HTTP/1.1\r\n\r\n",
	"headers that are too long":    "GET /api/users HTTP/1.1\r\nX-A: " + strings.Repeat("a", 80<<10) + "\r\n\r\n",
	"a path that is too long":      "GET /api/users/" + strings.Repeat("a", 80<<10) + " HTTP/1.1\r\n\r\n",
	"a body that is too long":      fmt.Sprintf("POST /api/auth/reset-password HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n{", 2<<20),
	"a body that is not UTF-8":     "POST /api/auth/reset-password HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"email\":\"\xff\xfe\"}\n",
	"a filter that is not UTF-8":   "GET /api/users/full?filter={\"email\":\"%%ff%%fe\"} HTTP/1.1\r\nAuthorization: Bearer %s\r\n\r\n",
	"a filter of 10 000 members":   "GET /api/users/full?filter={" + manyMembers(10_000) + "} HTTP/1.1\r\nAuthorization: Bearer %s\r\n\r\n",
	"a filter of 1 000 members":    "GET /api/users/full?filter={" + manyMembers(1_000) + "} HTTP/1.1\r\nAuthorization: Bearer %s\r\n\r\n",
	"1 000 filters":                "GET /api/users/full?" + strings.Repeat("filter={}&", 1_000) + " HTTP/1.1\r\nAuthorization: Bearer %s\r\n\r\n",
	"a filter of 10 000 brackets":  "GET /api/users/full?filter=" + strings.Repeat("[", 10_000) + " HTTP/1.1\r\nAuthorization: Bearer %s\r\n\r\n",
	"a body of 10 000 brackets":    "POST /api/auth/reset-password HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 10000\r\n\r\n" + strings.Repeat("[", 10_000),
	"a method that does not exist": "FROBNICATE /api/users HTTP/1.1\r\n\r\n",
}

func manyMembers(n int) string {
	members := make([]string, n)
	for i := range members {
		members[i] = fmt.Sprintf(`"f%d":1`, i)
	}
	return strings.Join(members, ",")
}

// TestMalformedRequestsHarmNobody sends requests of all these kinds at once, bodies that stop, and requests for large
// answers that are not read, and meanwhile uses the API as somebody else. Every malformed request is refused with 4xx, and
// the gateway's memory stays flat. How long the other client waits is printed, as long as malformed requests are sent.
func TestMalformedRequestsHarmNobody(t *testing.T) {
	boss, other := admin(t), register(t, "bystander")
	host := gatewayHost(t)
	before, alone := memoryOf(t, pidOf(t, "gateway")), make([]time.Duration, otherRequests)
	for i := range alone {
		alone[i] = latency(other)
	}
	idle := openIdleReaders(t, host, boss.token)
	load := &malformedLoad{t: t, host: host, token: boss.token, answered: map[string]map[int]int{}, sent: make(chan struct{})}
	load.start()
	var under []time.Duration
	for sending := true; sending; {
		under = append(under, latency(other))
		select {
		case <-load.sent:
			sending = false
		default:
		}
	}
	during := memoryOf(t, pidOf(t, "gateway"))
	load.slow.Wait()
	for _, conn := range idle {
		conn.Close()
	}
	after := memoryOf(t, pidOf(t, "gateway"))
	load.print()
	fmt.Printf("another client: median %.1f ms, p95 %.1f ms alone, %.1f and %.1f ms under the load (%d requests); gateway: %d MB before, %d MB during, %d MB after\n",
		milliseconds(quantile(alone, 50)), milliseconds(quantile(alone, 95)), milliseconds(quantile(under, 50)), milliseconds(quantile(under, 95)), len(under),
		before>>20, during>>20, after>>20)
	if after > before+mostGrowth || during > before+mostGrowth {
		t.Errorf("the gateway has %d bytes, and had %d during the load and %d before", after, during, before)
	}
	other.want(http.StatusOK, "GET", "/api/users/me", nil)
}

// malformedLoad sends the requests and counts the answers by status.
type malformedLoad struct {
	t           *testing.T
	host, token string
	sent        chan struct{}  // closed when all malformed requests are answered
	slow        sync.WaitGroup // of the bodies that stop

	mu       sync.Mutex
	answered map[string]map[int]int
}

func (l *malformedLoad) start() {
	var workers sync.WaitGroup
	for range malformedWorkers {
		workers.Go(func() {
			tick := time.NewTicker(malformedPause)
			defer tick.Stop()
			for range malformedRounds {
				for kind, request := range malformed {
					<-tick.C
					l.send(kind, strings.Replace(strings.ReplaceAll(request, "%%", "%"), "%s", l.token, 1))
				}
			}
		})
	}
	go func() { workers.Wait(); close(l.sent) }()
	for range slowBodies {
		l.slow.Go(func() {
			l.send("a body that stops", "POST /api/auth/reset-password HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
		})
	}
}

// send sends a request over a connection of its own. It reads the answer while it sends, because the gateway may refuse a
// request before all of it has arrived.
func (l *malformedLoad) send(kind, request string) {
	conn, err := net.Dial("tcp", l.host)
	if err != nil {
		l.t.Error(err)
		return
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	first, rest, _ := strings.Cut(request, "\r\n")
	go func() { _, _ = conn.Write([]byte(first + "\r\nHost: " + l.host + "\r\n" + rest)) }()
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		l.t.Errorf("%s: %v", kind, err)
		return
	}
	response.Body.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.answered[kind] == nil {
		l.answered[kind] = map[int]int{}
	}
	l.answered[kind][response.StatusCode]++
	if response.StatusCode/100 != 4 {
		l.t.Errorf("%s: %s", kind, response.Status)
	}
}

func (l *malformedLoad) print() {
	for _, kind := range slices.Sorted(maps.Keys(l.answered)) {
		fmt.Printf("%-30s %v\n", kind, l.answered[kind])
	}
}

// openIdleReaders asks for large answers and reads nothing of them.
func openIdleReaders(t *testing.T, host, token string) []net.Conn {
	t.Helper()
	var conns []net.Conn
	for range idleReaders {
		conn, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetReadBuffer(4 << 10)
		}
		request := "GET /api/users/full?perPage=1000 HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + token + "\r\n\r\n"
		if _, err := conn.Write(bytes.Repeat([]byte(request), 50)); err != nil {
			t.Fatal(err)
		}
		conns = append(conns, conn)
	}
	return conns
}

func gatewayHost(t *testing.T) string {
	t.Helper()
	gateway, err := url.Parse(muster.Gateway)
	if err != nil {
		t.Fatal(err)
	}
	return gateway.Host
}

// latency is the duration of a request.
func latency(c *client) time.Duration {
	began := time.Now()
	c.want(http.StatusOK, "GET", "/api/users/me", nil)
	return time.Since(began)
}

// memoryOf returns the resident memory of a process in bytes; 0 where the system does not tell.
func memoryOf(tb testing.TB, pid int) int {
	tb.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	var size, resident int
	if _, err := fmt.Sscan(string(text), &size, &resident); err != nil {
		tb.Fatal(err)
	}
	return resident * os.Getpagesize()
}
