package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
)

func TestAServiceThatIsDownIsUnavailable(t *testing.T) {
	w := newWorld(t)
	w.billing.Close()
	a := w.do("GET", "/api/billing/plans", "")
	refused(t, "down", a, 503, "UNAVAILABLE", "")
	if strings.Contains(a.text, "dial") || strings.Contains(a.text, "127.0.0.1") {
		t.Errorf("the cause leaks: %s", a)
	}
}

func TestAServiceThatHangsIsUnavailable(t *testing.T) {
	w := newWorld(t, func(s *settings) { s.UpstreamTimeout = 50 * time.Millisecond })
	hung := make(chan struct{})
	w.billing.engine.GET("/api/billing/plans", func(c *gin.Context) { <-hung })
	defer close(hung)
	start := time.Now()
	refused(t, "hanging", w.do("GET", "/api/billing/plans", ""), 503, "UNAVAILABLE", "")
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %s to find out", took)
	}
}

func TestAServiceThatCutsTheConnectionIsUnavailable(t *testing.T) {
	w := newWorld(t)
	w.billing.engine.POST("/api/billing/webhooks/stripe", func(*gin.Context) { panic(http.ErrAbortHandler) })
	refused(t, "cut", w.do("POST", "/api/billing/webhooks/stripe", "{}"), 503, "UNAVAILABLE", "")
}

func TestErrorsOfServicesPassUnchanged(t *testing.T) {
	w := newWorld(t, func(s *settings) { s.ConsistencyWait = time.Millisecond }) // the write of the refused login never arrives
	w.identity.answers("POST", "/api/auth/login", 401, `{"message":"Invalid email or password","code":"INVALID_CREDENTIALS"}`, "X-Muster-User", "7", "X-Muster-Wrote", "account/7@9")
	w.directory.answers("POST", "/api/auth/resend-verification", 502, `{"message":"Failed to send verification email"}`)
	refused(t, "login", w.do("POST", "/api/auth/login", "{}"), 401, "INVALID_CREDENTIALS", "Invalid email or password")
	refused(t, "mail", w.do("POST", "/api/auth/resend-verification", "{}"), 502, "", "Failed to send verification email")
}

func TestAClientThatHangsUpCancelsItsRequest(t *testing.T) {
	w := newWorld(t)
	arrived, cancelled := make(chan struct{}), make(chan struct{})
	w.billing.engine.GET("/api/billing/plans", func(c *gin.Context) {
		close(arrived)
		<-c.Request.Context().Done()
		close(cancelled)
	})
	ctx, hangUp := context.WithCancel(context.Background())
	go func() {
		<-arrived
		hangUp()
	}()
	if _, err := w.try(ctx, "GET", "/api/billing/plans", ""); err == nil {
		t.Error("the request was answered")
	}
	select {
	case <-cancelled:
	case <-time.After(10 * time.Second):
		t.Error("the service's request goes on")
	}
}

func TestRawJSONInTheQueryPasses(t *testing.T) {
	w := newWorld(t)
	w.member(1, "ADMI")
	w.directory.answers("GET", "/api/users", 200, `{"data":[],"total":0}`)
	for _, query := range []string{
		`filter={"q":"John","isActive":true}&sort=["username","ASC"]`, `filter={"username":"50%"}`, `filter={"a":"b;c+d|<>^~\"é"}`, `filter=%7B%22a%22%3A1%7D&page=2`, `%zz`, ``,
	} {
		status := w.raw(t, "/api/users?"+query)
		if got := w.directory.last(t, "/api/users").URL.RawQuery; status != 200 || got != query {
			t.Errorf("%d, %q arrived as %q", status, query, got)
		}
	}
	if status := w.raw(t, `/api/users/full?filter={"q":"John","isActive":true}`); status != 200 {
		t.Errorf("full: %d", status)
	}
}

// raw sends a path exactly as given and returns the status of the answer.
func (w *world) raw(t *testing.T, path string) int {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nAuthorization: Bearer %s\r\n\r\n", path, w.token(1, "s1", 0))
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

func TestRequestBodiesAreBounded(t *testing.T) {
	w := newWorld(t)
	read := make(chan int64, 1)
	w.billing.engine.POST("/api/billing/webhooks/stripe", func(c *gin.Context) {
		n, err := io.Copy(io.Discard, c.Request.Body)
		if err == nil {
			read <- n
		}
	})
	send := func(body io.Reader, length int64) int {
		req, err := http.NewRequest("POST", w.url+"/api/billing/webhooks/stripe", body)
		if err != nil {
			t.Fatal(err)
		}
		req.ContentLength = length
		resp, err := w.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp.StatusCode
	}
	big := bytes.Repeat([]byte("x"), web.MaxBody+1)
	if status := send(bytes.NewReader(big), int64(len(big))); status != http.StatusRequestEntityTooLarge {
		t.Errorf("too long by its header: %d", status)
	}
	if status := send(io.MultiReader(bytes.NewReader(big)), -1); status != http.StatusRequestEntityTooLarge {
		t.Errorf("too long without saying so: %d", status)
	}
	if status := send(bytes.NewReader(big[1:]), web.MaxBody); status != http.StatusOK || <-read != web.MaxBody {
		t.Errorf("1 MiB: %d", status)
	}
}

func TestBigAnswersStream(t *testing.T) {
	w := newWorld(t)
	const size = 8 << 20
	firstRead := make(chan struct{})
	w.billing.engine.GET("/api/billing/plans", func(c *gin.Context) {
		c.Header("Content-Type", "application/octet-stream")
		c.Status(http.StatusOK)
		fmt.Fprint(c.Writer, strings.Repeat("x", 128<<10))
		c.Writer.Flush()
		<-firstRead // the rest is sent only after the client has read the beginning
		for range size/(128<<10) - 1 {
			fmt.Fprint(c.Writer, strings.Repeat("x", 128<<10))
		}
	})
	resp, err := w.client.Get(w.url + "/api/billing/plans")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.ReadFull(resp.Body, make([]byte, 16<<10)); err != nil {
		t.Fatal(err)
	}
	close(firstRead)
	if n, err := io.Copy(io.Discard, resp.Body); err != nil || n != size-16<<10 {
		t.Errorf("%d bytes, %v", n, err)
	}
}
