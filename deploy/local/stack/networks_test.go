package stack

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestNetworksAreCutAndHealed asks a server through a proxy: it answers, it does not while the network is cut, and it does again.
func TestNetworksAreCutAndHealed(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }))
	defer server.Close()
	n := newNetworks()
	defer n.close()
	addr, err := n.add("postgres", strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	n.mount(mux)
	control := func(method, network, toxic string, want int) {
		t.Helper()
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, "/networks/"+network, strings.NewReader(toxic)))
		if w.Code != want {
			t.Fatalf("%s %s %s: %d %s", method, network, toxic, w.Code, w.Body)
		}
	}
	const cut = `{"type": "timeout", "attributes": {"timeout": 0}}`
	if err := ask(addr, time.Minute); err != nil {
		t.Fatal(err)
	}
	control("PUT", "postgres", cut, http.StatusOK)
	if err := ask(addr, 100*time.Millisecond); err == nil {
		t.Error("the server answers through a network that is cut")
	}
	control("PUT", "postgres", cut, http.StatusConflict)
	control("DELETE", "postgres", "", http.StatusOK)
	if err := ask(addr, time.Minute); err != nil {
		t.Error(err)
	}
	control("PUT", "kafka", cut, http.StatusConflict)
	control("PUT", "postgres", "nonsense", http.StatusConflict)
	control("PUT", "postgres", `{"type": "unknown"}`, http.StatusConflict)
}

// ask sends a request over a new connection and waits for the answer.
func ask(addr string, patience time.Duration) error {
	conn, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
		return err
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return err
	}
	return response.Body.Close()
}
