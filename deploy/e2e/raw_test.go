package e2e_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"
)

// rawGet sends the path exactly as given, with unencoded JSON, as many clients do. net/http's client would encode or
// refuse it.
func rawGet(t *testing.T, c *client, path string) answer {
	t.Helper()
	gateway, err := url.Parse(muster.Gateway)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.DialTimeout("tcp", gateway.Host, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	request := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n", path, gateway.Host)
	if c.token != "" {
		request += fmt.Sprintf("Authorization: Bearer %s\r\n", c.token)
	}
	// One write: a server that refuses the first line resets the connection if more arrives after it.
	fmt.Fprint(conn, request+"\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	a := answer{status: resp.StatusCode, header: resp.Header, text: string(text)}
	_ = json.Unmarshal(text, &a.body)
	return a
}
