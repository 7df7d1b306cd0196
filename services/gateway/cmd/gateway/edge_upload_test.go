package main

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
)

// upload sends a roster as an administrator.
func (w *world) upload(body io.Reader) (int, string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), "POST", w.url+"/api/users/import?importId=one", body)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-ndjson")
	headers := w.bearer(1)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := w.client.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// TestARosterStreamsThrough: the body is longer than other bodies may be, is passed on while it arrives, and takes
// longer than a service's time limit.
func TestARosterStreamsThrough(t *testing.T) {
	w := newWorld(t, func(s *settings) { s.UpstreamTimeout = 100 * time.Millisecond })
	w.member(1, "ADMI")
	began, went := make(chan struct{}), make(chan struct{})
	w.directory.engine.POST("/api/users/import", func(c *gin.Context) {
		if _, err := io.ReadFull(c.Request.Body, make([]byte, 5)); err != nil {
			t.Error(err)
		}
		close(began)
		n, err := io.Copy(io.Discard, c.Request.Body)
		if err != nil {
			t.Error(err)
		}
		select {
		case <-went:
		case <-c.Request.Context().Done():
		}
		c.JSON(200, gin.H{"bytes": n + 5, "id": c.Query("importId")})
	})
	body, rest := io.Pipe()
	go func() {
		_, _ = io.WriteString(rest, "begin")
		select {
		case <-began: // the service sees the body before its end
		case <-t.Context().Done():
		}
		_, _ = io.WriteString(rest, strings.Repeat("x", 2*web.MaxBody))
		_ = rest.Close()
		time.AfterFunc(300*time.Millisecond, func() { close(went) })
	}()
	if status, text := w.upload(body); status != 200 || text != `{"bytes":2097157,"id":"one"}` {
		t.Errorf("%d %s", status, text)
	}
}

// TestARosterThatIsRefusedIsNotReadToItsEnd: the refusal arrives while the upload continues.
func TestARosterThatIsRefusedIsNotReadToItsEnd(t *testing.T) {
	w := newWorld(t)
	w.member(1, "NONS")
	refusal := `{"message":"` + strings.Repeat("No. ", 10_000) + `"}` // longer than the buffer that is flushed only when the handler returns
	w.directory.engine.POST("/api/users/import", func(c *gin.Context) {
		_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Now()) // as libs/web does for streamed bodies
		c.Data(403, "application/json", []byte(refusal))
	})
	body, rest := io.Pipe()
	defer rest.Close()
	go func() { _, _ = io.WriteString(rest, "begin") }()
	began := time.Now()
	if status, text := w.upload(body); status != 403 || text != refusal {
		t.Errorf("%d %s", status, text)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestUploadsNeedASession(t *testing.T) {
	w := newWorld(t)
	refused(t, "nobody", w.do("POST", "/api/users/import", "{}"), 401, "", "User not authenticated")
	w.member(1, "ADMI")
	refused(t, "no CSRF token", w.do("POST", "/api/users/import", "{}", w.bearer(1)[:2]...), 403, "CSRF_INVALID", "")
	refused(t, "another method", w.do("DELETE", "/api/users/import", "", w.bearer(1)...), 405, "METHOD_NOT_ALLOWED", "")
}
