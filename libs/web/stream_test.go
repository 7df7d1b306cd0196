package web_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/testkit/eventually"
	"muster/libs/web"
)

// streamer is a server with a read timeout, one route that streams, and one that does not.
func streamer(t *testing.T, idle time.Duration, handle func(c *gin.Context, body io.ReadCloser)) string {
	t.Helper()
	e := web.New(web.Options{Service: "test", Logger: quiet, Streams: map[string]time.Duration{"POST /stream/:id": idle}})
	handler := func(c *gin.Context) { handle(c, c.Request.Body) }
	e.POST("/stream/:id", handler)
	e.PUT("/stream/:id", func(c *gin.Context) {
		if _, err := web.ReadBody(c); err != nil {
			web.Fail(c, err)
		}
	})
	s := httptest.NewUnstartedServer(e)
	s.Config.ReadTimeout = 200 * time.Millisecond
	s.Start()
	t.Cleanup(s.Close)
	return s.URL + "/stream/7"
}

func send(t *testing.T, method, url string, body io.Reader) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func count(c *gin.Context, body io.ReadCloser) {
	n, err := io.Copy(io.Discard, body)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, n)
}

func TestAStreamHasAnyLength(t *testing.T) {
	url := streamer(t, time.Minute, count)
	long := strings.Repeat("x", 2*web.MaxBody)
	if status, text := send(t, "POST", url, strings.NewReader(long)); status != 200 || text != "2097152" {
		t.Errorf("%d %s", status, text)
	}
	if status, _ := send(t, "PUT", url, strings.NewReader(long)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a route that is not among the streams answers %d", status)
	}
}

// TestAStreamTakesItsTime: longer than the server's read timeout, before its end and behind it.
func TestAStreamTakesItsTime(t *testing.T) {
	started := make(chan time.Time, 1)
	url := streamer(t, 10*time.Second, func(c *gin.Context, body io.ReadCloser) {
		begin := <-started
		_, err := io.Copy(io.Discard, body)
		eventually.Holds(t, time.Minute, "past the read timeout again", func() bool { return time.Since(begin) > time.Second })
		if err = errors.Join(err, c.Request.Context().Err()); err != nil {
			web.Fail(c, err)
			return
		}
		c.Status(http.StatusOK)
	})
	body, rest := io.Pipe()
	go func() {
		begin := time.Now()
		started <- begin
		_, _ = io.WriteString(rest, "a")
		for time.Since(begin) < 500*time.Millisecond {
			_, _ = io.WriteString(rest, "b")
		}
		_ = rest.Close()
	}()
	if status, text := send(t, "POST", url, body); status != 200 {
		t.Errorf("%d %s", status, text)
	}
}

func TestAStreamThatDriesUpEnds(t *testing.T) {
	failed := make(chan error, 1)
	url := streamer(t, 50*time.Millisecond, func(c *gin.Context, body io.ReadCloser) {
		_, err := io.Copy(io.Discard, body)
		failed <- err
		c.Status(http.StatusBadRequest)
	})
	body, rest := io.Pipe()
	defer rest.Close()
	go func() { _, _ = io.WriteString(rest, "a") }()
	if status, _ := send(t, "POST", url, body); status != 400 {
		t.Errorf("status %d", status)
	}
	if err := <-failed; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the read ends with %v", err)
	}
}

func TestClosingAStreamEndsItsRead(t *testing.T) {
	url := streamer(t, time.Hour, func(c *gin.Context, body io.ReadCloser) {
		first := make([]byte, 1)
		_, _ = body.Read(first)
		ended := make(chan error, 1)
		go func() {
			_, err := body.Read(first)
			ended <- err
		}()
		_ = body.Close()
		select {
		case err := <-ended:
			if err == nil {
				t.Error("the read gave something")
			}
		case <-time.After(10 * time.Second):
			t.Error("the read goes on")
		}
		c.Status(http.StatusOK)
	})
	body, rest := io.Pipe()
	defer rest.Close()
	go func() { _, _ = io.WriteString(rest, "a") }()
	if status, _ := send(t, "POST", url, body); status != 200 {
		t.Errorf("status %d", status)
	}
}

// TestAStreamsEndIsNotItsClientsEnd: closing what was read to its end leaves the request alone.
func TestAStreamsEndIsNotItsClientsEnd(t *testing.T) {
	url := streamer(t, 50*time.Millisecond, func(c *gin.Context, body io.ReadCloser) {
		_, _ = io.Copy(io.Discard, body)
		if n, err := body.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
			t.Errorf("after its end: %d, %v", n, err)
		}
		_ = body.Close()
		ctx, cancel := context.WithTimeout(c.Request.Context(), 300*time.Millisecond)
		defer cancel()
		<-ctx.Done()
		if c.Request.Context().Err() != nil {
			t.Error("the request was cancelled")
		}
		c.Status(http.StatusOK)
	})
	if status, _ := send(t, "POST", url, strings.NewReader("a")); status != 200 {
		t.Errorf("status %d", status)
	}
}

// TestOurEndOfAStreamIsNotItsClientsEnd: a read that our deadline ends leaves the request alive, so that it gets its answer.
func TestOurEndOfAStreamIsNotItsClientsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		idle time.Duration
		end  func(body io.Closer)
	}{
		"closed":   {time.Hour, func(body io.Closer) { _ = body.Close() }},
		"dried up": {50 * time.Millisecond, func(io.Closer) {}},
	} {
		t.Run(name, func(t *testing.T) {
			url := streamer(t, c.idle, func(g *gin.Context, body io.ReadCloser) {
				reading := make(chan struct{})
				go func() {
					<-reading
					c.end(body)
				}()
				_, _ = body.Read(make([]byte, 1))
				close(reading)
				_, err := io.Copy(io.Discard, body)
				web.Fail(g, errors.Join(err, g.Request.Context().Err(), errs.New(errs.KindUnavailable, "STOPPED", "Send it again.")))
			})
			body, rest := io.Pipe()
			defer rest.Close()
			go func() { _, _ = io.WriteString(rest, "a") }()
			if status, text := send(t, "POST", url, body); status != 503 {
				t.Errorf("%d %s", status, text)
			}
		})
	}
}

// TestAClientThatHangsUpEndsItsRequest while its body is read.
func TestAClientThatHangsUpEndsItsRequest(t *testing.T) {
	ended := make(chan error, 1)
	body, rest := io.Pipe()
	url := streamer(t, time.Hour, func(c *gin.Context, body io.ReadCloser) {
		_, _ = body.Read(make([]byte, 1))
		_ = rest.CloseWithError(errors.New("the client breaks off"))
		_, _ = io.Copy(io.Discard, body)
		<-c.Request.Context().Done()
		ended <- c.Request.Context().Err()
	})
	go func() { _, _ = io.WriteString(rest, "a") }()
	if resp, err := http.Post(url, "", body); err == nil {
		_ = resp.Body.Close()
		t.Error("a client that hung up has an answer")
	}
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("the request goes on")
	}
}

// TestAStreamThatIsNotReadIsNotWaitedFor: the answer comes while the client still sends.
func TestAStreamThatIsNotReadIsNotWaitedFor(t *testing.T) {
	url := streamer(t, time.Hour, func(c *gin.Context, _ io.ReadCloser) { c.Status(http.StatusForbidden) })
	body, rest := io.Pipe()
	defer rest.Close()
	go func() { _, _ = io.WriteString(rest, "a") }()
	if status, _ := send(t, "POST", url, body); status != 403 {
		t.Errorf("status %d", status)
	}
}
