package web_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"muster/libs/web"
)

// http2Client speaks HTTP/2 without TLS, without asking first.
func http2Client(t *testing.T) *http.Client {
	t.Helper()
	var only http.Protocols
	only.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: &only}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: time.Minute}
}

// frames is an HTTP/2 connection that the test writes frame by frame.
type frames struct {
	*http2.Framer
	t *testing.T
}

// preface begins an HTTP/2 connection on which the server may send window bytes of each stream.
func preface(t *testing.T, addr string, window uint32) *frames {
	t.Helper()
	conn := dial(t, addr, http2.ClientPreface)
	f := &frames{http2.NewFramer(conn, conn), t}
	if err := f.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: window}); err != nil {
		t.Fatal(err)
	}
	return f
}

// request begins a request whose body is still to come, or that has none.
func (f *frames) request(stream uint32, method, path string, body bool) {
	f.t.Helper()
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for _, field := range [][2]string{{":method", method}, {":scheme", "http"}, {":authority", "h"}, {":path", path}} {
		if err := encoder.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]}); err != nil {
			f.t.Fatal(err)
		}
	}
	if err := f.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndHeaders: true, EndStream: !body}); err != nil {
		f.t.Fatal(err)
	}
}

// end returns the frame that ends the stream: its last, or the reset.
func (f *frames) end(stream uint32) http2.Frame {
	f.t.Helper()
	for {
		frame, err := f.ReadFrame()
		if err != nil {
			f.t.Fatal(err)
		}
		_, reset := frame.(*http2.RSTStreamFrame)
		if h := frame.Header(); h.StreamID == stream && (reset || h.Flags.Has(http2.FlagDataEndStream)) {
			return frame
		}
	}
}

func TestClientsMayBeginWithHTTP2(t *testing.T) {
	addr := served(t, reader(time.Minute), time.Minute, time.Minute)
	client := http2Client(t)
	for range 2 {
		resp, err := client.Post("http://"+addr+"/body", "application/json", io.MultiReader(strings.NewReader("12"), strings.NewReader("345")))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.ProtoMajor != 2 || resp.StatusCode != 200 || string(text) != "5" {
			t.Errorf("%s %d %q %v", resp.Proto, resp.StatusCode, text, err)
		}
	}
	resp, err := client.Post("http://"+addr+"/body", "application/json", bytes.NewReader(make([]byte, web.MaxBody+1)))
	if err != nil || resp.StatusCode != 413 {
		t.Fatalf("a long body: %v %v", resp, err)
	}
	resp.Body.Close()
}

// TestAnHTTP2BodyHasATimeToArrive: the other requests of the connection go on.
func TestAnHTTP2BodyHasATimeToArrive(t *testing.T) {
	e := reader(50 * time.Millisecond)
	e.GET("/", func(c *gin.Context) { c.String(http.StatusOK, "here") })
	f := preface(t, served(t, e, time.Minute, time.Minute), 1<<16)
	f.request(1, "POST", "/body", true)
	if data, ok := f.end(1).(*http2.DataFrame); !ok || !strings.Contains(string(data.Data()), "REQUEST_TIMEOUT") {
		t.Errorf("%+v", data)
	}
}

// TestAnAnswerThatAnHTTP2ClientDoesNotTakeIsCutOff: the client reads the connection, but allows no byte of the stream.
func TestAnAnswerThatAnHTTP2ClientDoesNotTakeIsCutOff(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter) error{
		"long": func(w http.ResponseWriter) error { _, err := w.Write(make([]byte, 1<<20)); return err },
		"flushed": func(w http.ResponseWriter) error {
			_, _ = w.Write([]byte("x"))
			return http.NewResponseController(w).Flush()
		},
		"buffered": func(w http.ResponseWriter) error { _, _ = w.Write([]byte("x")); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan error, 1)
			h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/" {
					ended <- answer(w)
				}
			})
			f := preface(t, served(t, h, time.Minute, 50*time.Millisecond), 0)
			f.request(1, "GET", "/", false)
			if _, reset := f.end(1).(*http2.RSTStreamFrame); !reset {
				t.Error("the stream ended otherwise")
			}
			if err := <-ended; err == nil && name == "long" {
				t.Error("the handler is not told")
			}
			f.request(3, "GET", "/other", false)
			if _, reset := f.end(3).(*http2.RSTStreamFrame); reset {
				t.Error("the connection's other request is cut off, too")
			}
		})
	}
}

// TestAnHTTP2AnswerMayPause: the deadline runs only while the client is being written to.
func TestAnHTTP2AnswerMayPause(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for i := range 2 {
			_, _ = w.Write(make([]byte, 100<<10))
			if i == 0 {
				_ = http.NewResponseController(w).Flush()
			}
			held, cancel := context.WithTimeout(r.Context(), 200*time.Millisecond)
			<-held.Done()
			cancel()
		}
	})
	resp, err := http2Client(t).Get("http://" + served(t, h, time.Minute, 50*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if n, err := io.Copy(io.Discard, resp.Body); err != nil || n != 200<<10 {
		t.Errorf("%d bytes, %v", n, err)
	}
}

func TestAClientThatDoesNotFinishTheHTTP2PrefaceIsCutOff(t *testing.T) {
	conn := dial(t, served(t, reader(time.Minute), 50*time.Millisecond, time.Minute), "PRI * HTTP/2.0\r\n\r\n")
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Error(err)
	}
}

// TestAnIdleHTTP2ConnectionDoesNotHoldTheServer: the server stops although the client keeps the connection.
func TestAnIdleHTTP2ConnectionDoesNotHoldTheServer(t *testing.T) {
	l, err := web.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- web.ServeImpatiently(ctx, l, http.NotFoundHandler(), quiet, time.Minute, time.Minute) }()
	resp, err := http2Client(t).Get("http://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestASharedBodyHasTheLimitsOfOthers: its handler answers while it arrives.
func TestASharedBodyHasTheLimitsOfOthers(t *testing.T) {
	shared := func(bodyTime time.Duration) (addr string, failed <-chan error) {
		e, errs := reader(bodyTime), make(chan error, web.BodiesPerNetwork+1)
		e.POST("/shared", func(c *gin.Context) {
			defer web.ShareBody(c)()
			c.Writer.Flush()
			_, err := io.ReadAll(c.Request.Body)
			errs <- err
		})
		return served(t, e, time.Minute, time.Minute), errs
	}
	addr, failed := shared(50 * time.Millisecond)
	preface(t, addr, 1<<16).request(1, "POST", "/shared", true)
	if err := <-failed; err == nil {
		t.Error("the body may take for ever")
	}
	addr, failed = shared(time.Hour)
	if resp, err := http2Client(t).Post("http://"+addr+"/shared", "", bytes.NewReader(make([]byte, web.MaxBody+1))); err == nil {
		resp.Body.Close()
	}
	if err := <-failed; err == nil {
		t.Error("the body may have any length")
	}
	addr, failed = shared(time.Hour)
	f := preface(t, addr, 1<<16)
	for i := range uint32(web.BodiesPerNetwork + 1) {
		f.request(2*i+1, "POST", "/shared", true)
	}
	if err := <-failed; err == nil {
		t.Error("a network has any number of bodies")
	}
}
