package requestline_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"muster/services/gateway/internal/adapter/requestline"
)

// serve starts a server behind the listener that answers with the request that it read.
func serve(t *testing.T, h http.HandlerFunc, change func(*http.Server)) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	server.Listener = requestline.Listen(server.Listener)
	if change != nil {
		change(server.Config)
	}
	server.Start()
	t.Cleanup(server.Close)
	return server
}

func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s [%s]", r.Method, r.URL.RawQuery, body)
}

func dial(t *testing.T, server *httptest.Server) (net.Conn, *bufio.Reader) {
	t.Helper()
	c, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return c, bufio.NewReader(c)
}

func answer(t *testing.T, r *bufio.Reader) (status int, text string) {
	t.Helper()
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

const spacedRequest = `GET /?filter={"a":"b c"} HTTP/1.1` + "\r\nHost: h\r\n\r\n"

// One connection carries requests with and without spaces, one at a time and pipelined, with bodies between them, until
// a chunked request arrives.
func TestKeptConnections(t *testing.T) {
	c, r := dial(t, serve(t, echo, nil))
	const corrected = `GET filter={"a":"b%20c"} []`
	for range 3 {
		fmt.Fprint(c, spacedRequest)
		if status, text := answer(t, r); status != 200 || text != corrected {
			t.Fatalf("%d %s", status, text)
		}
	}
	fmt.Fprint(c, spacedRequest+"DELETE / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"+spacedRequest)
	for _, want := range []string{corrected, "DELETE  []", corrected} {
		if status, text := answer(t, r); status != 200 || text != want {
			t.Fatalf("%d %s, want %s", status, text, want)
		}
	}
	fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%s%s", len(spacedRequest), spacedRequest, spacedRequest)
	if status, text := answer(t, r); status != 200 || text != "POST  ["+spacedRequest+"]" {
		t.Fatalf("%d %s", status, text)
	}
	if status, text := answer(t, r); status != 200 || text != corrected {
		t.Fatalf("behind a body: %d %s", status, text)
	}
	fmt.Fprint(c, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na b\r\n0\r\n\r\n"+spacedRequest)
	if status, text := answer(t, r); status != 200 || text != "POST  [a b]" {
		t.Fatalf("%d %s", status, text)
	}
	if status, text := answer(t, r); status != 400 {
		t.Fatalf("behind a chunked body: %d %s", status, text)
	}
}

// Go's own client sends the space of such a URL unencoded.
func TestGoClient(t *testing.T) {
	server := serve(t, echo, nil)
	resp, err := server.Client().Get(server.URL + `/?filter={"a":"b c"}&sort=["a", "ASC"]`)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || string(text) != `GET filter={"a":"b%20c"}&sort=["a",%20"ASC"] []` {
		t.Errorf("%s %v", text, err)
	}
}

// Requests that cannot be expressed as a URL arrive as they were sent.
func TestOtherRawBytes(t *testing.T) {
	c, r := dial(t, serve(t, echo, nil))
	const query = "filter={\"a\":[\"b\\\\<>^|`\",\"Émile 😀\",\"\xff\"]}"
	fmt.Fprint(c, "GET /?"+query+" HTTP/1.1\r\nHost: h\r\n\r\n")
	if status, text := answer(t, r); status != 200 || text != "GET "+strings.ReplaceAll(query, " ", "%20")+" []" {
		t.Errorf("%d %s", status, text)
	}
}

// A line that never ends is cut off when the server's timeout ends, wherever it stops.
func TestDeadlinesPass(t *testing.T) {
	server := serve(t, echo, func(s *http.Server) { s.ReadHeaderTimeout = 50 * time.Millisecond })
	for _, beginning := range []string{"GET /?a=b", "GET /?a=b ", "GET /?a=b HTTP/1", "GET /?a=b HTTP/1.1\r\nHost"} {
		c, r := dial(t, server)
		fmt.Fprint(c, beginning)
		if text, err := io.ReadAll(r); err != nil || strings.Contains(string(text), " 200 ") {
			t.Errorf("%q: %q %v, want the connection to be closed", beginning, text, err)
		}
	}
}

// While a handler runs, net/http watches the connection with reads of its own and ends them with deadlines. This
// neither loses a byte of the next request nor hides that the client has disconnected.
func TestWatchedConnections(t *testing.T) {
	arrived, goOn, cancelled := make(chan struct{}), make(chan struct{}), make(chan struct{})
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/wait" {
			close(arrived)
			<-goOn
		}
		if r.URL.Path == "/forever" {
			fmt.Fprint(w, "begun")
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			<-r.Context().Done()
			if errors.Is(r.Context().Err(), context.Canceled) {
				close(cancelled)
			}
			return
		}
		echo(w, r)
	}, nil)
	c, r := dial(t, server)
	fmt.Fprint(c, "GET /wait HTTP/1.1\r\nHost: h\r\n\r\n")
	<-arrived
	fmt.Fprint(c, spacedRequest[:20])
	close(goOn)
	if status, _ := answer(t, r); status != 200 {
		t.Fatal(status)
	}
	fmt.Fprint(c, spacedRequest[20:])
	if _, text := answer(t, r); text != `GET filter={"a":"b%20c"} []` {
		t.Fatal(text)
	}
	fmt.Fprint(c, "GET /forever HTTP/1.1\r\nHost: h\r\n\r\n")
	if _, err := http.ReadResponse(r, nil); err != nil {
		t.Fatal(err)
	}
	c.Close()
	select {
	case <-cancelled:
	case <-time.After(10 * time.Second):
		t.Error("the handler is not told that the client hung up")
	}
}

// A client that is refused while it is still sending can read the reason: net/http closes its sending half first.
func TestHalfClose(t *testing.T) {
	server, client := net.Pipe()
	defer server.Close()
	defer client.Close()
	c := accept(t, one{server})
	if err := c.(interface{ CloseWrite() error }).CloseWrite(); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("a pipe has no halves: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	peer, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	c = accept(t, l)
	defer c.Close()
	if err := c.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if _, err := peer.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the peer reads %v", err)
	}
	fmt.Fprint(peer, "GET / HTTP/1.1")
	if n, err := io.ReadFull(c, make([]byte, 5)); err != nil {
		t.Errorf("the other half is closed too: %d %v", n, err)
	}
}

func accept(t *testing.T, l net.Listener) net.Conn {
	t.Helper()
	c, err := requestline.Listen(l).Accept()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// one is a listener with a single connection.
type one struct{ net.Conn }

func (o one) Accept() (net.Conn, error) { return o.Conn, nil }
func (o one) Addr() net.Addr            { return o.LocalAddr() }
