package requestline

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// all returns the rewritten form of a whole stream.
func all(stream string) string {
	var r rewriter
	return string(r.flush(r.rewrite(nil, []byte(stream))))
}

const (
	rest    = "Host: h\r\n\r\n"
	spaced  = `GET /api/users?filter={"a":"b c"} HTTP/1.1` + "\r\n" + rest
	encoded = `GET /api/users?filter={"a":"b%20c"} HTTP/1.1` + "\r\n" + rest
)

func TestSpacesOfQueries(t *testing.T) {
	for stream, want := range map[string]string{
		spaced:                                                            encoded,
		"GET /?a=b c  d HTTP/1.1\r\n" + rest:                              "GET /?a=b%20c%20%20d HTTP/1.1\r\n" + rest,
		"GET /?a=b  HTTP/1.1\r\n" + rest:                                  "GET /?a=b%20 HTTP/1.1\r\n" + rest,
		"GET /? HTTP/1.1 HTTP/1.1\r\n" + rest:                             "GET /?%20HTTP/1.1 HTTP/1.1\r\n" + rest,
		"GET /?a= HTTP HTTP/1. HTTP/1.0\n\n":                              "GET /?a=%20HTTP%20HTTP/1. HTTP/1.0\n\n",
		"GET http://h/?a=\"b c\" HTTP/1.1\r\n" + rest:                     "GET http://h/?a=\"b%20c\" HTTP/1.1\r\n" + rest,
		spaced + spaced + spaced:                                          encoded + encoded + encoded,
		"GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n" + spaced:            "GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n" + encoded,
		"DELETE / HTTP/1.1\ncontent-length:0\n\n" + spaced:                "DELETE / HTTP/1.1\ncontent-length:0\n\n" + encoded,
		"GET / HTTP/1.1\r\nUpgrade-Insecure-Requests: 1\r\n\r\n" + spaced: "GET / HTTP/1.1\r\nUpgrade-Insecure-Requests: 1\r\n\r\n" + encoded,
	} {
		if got := all(stream); got != want {
			t.Errorf("%q:\n got %q\nwant %q", stream, got, want)
		}
	}
}

// A body of known length passes unchanged, and the next request begins after it.
func TestPlainBodies(t *testing.T) {
	for _, body := range []string{"x", spaced, "\r\n\r\n" + spaced, strings.Repeat(spaced, 100)} {
		for _, name := range []string{"Content-Length: ", "content-length:", "CONTENT-LENGTH:\t", "Content-Length: 000"} {
			request := fmt.Sprintf("POST /?a=b HTTP/1.1\r\nHost: h\r\n%s%d \r\nX: y\r\n\r\n%s", name, len(body), body)
			stream, want := request+spaced+request+spaced, request+encoded+request+encoded
			if got := all(stream); got != want {
				t.Errorf("%q behind %q becomes %q", spaced, request, got)
			}
			var r rewriter
			var got []byte
			for _, b := range []byte(stream) {
				got = r.rewrite(got, []byte{b})
			}
			if string(got) != want {
				t.Errorf("%q behind %q becomes %q byte by byte", spaced, request, got)
			}
		}
	}
}

// After such a beginning the rest passes unchanged, even where a request line with a raw space seems to follow.
func TestWhatIsLeftAlone(t *testing.T) {
	for _, beginning := range []string{
		"", "GET /a b HTTP/1.1\r\n" + rest, "GET  /?a HTTP/1.1\r\n" + rest, "GET /a b?c HTTP/1.1\r\n" + rest, "GET /a\r\n", "GET\n", "GET /?a\n",
		"\r\n", " ", "\x16\x03\x01\x00\xa5\x01", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PRI /?a HTTP/2.0\r\n\r\n", "CONNECT h:443 HTTP/1.1\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 300\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 999999999999999\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length : 0\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 0000000000000000\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length:\r\n 300\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 0\r\n 300\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 300\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: +0\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 0,0\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 0x0\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length:\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\nx", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 0" + strings.Repeat(" ", 50) + "1\r\n\r\n", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
		"POST / HTTP/1.1\r\ntransfer-encoding\t: chunked\r\n\r\n", "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", "GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n",
	} {
		if beginning == "" {
			continue
		}
		stream := beginning + spaced
		if got := all(stream); got != stream {
			t.Errorf("%q becomes %q", stream, got)
		}
	}
}

func TestNothingIsHeldForLong(t *testing.T) {
	var r rewriter
	sent, got := 0, []byte(nil)
	for _, b := range []byte(spaced) {
		sent++
		if got = r.rewrite(got, []byte{b}); sent-len(got) > longestHold {
			t.Fatalf("%d bytes are held back after %q", sent-len(got), got)
		}
	}
	if string(got) != encoded {
		t.Errorf("%q", got)
	}
}

// check verifies the properties that hold for every stream.
func check(t interface{ Fatalf(string, ...any) }, stream []byte, sizes func() int) {
	var r rewriter
	var got []byte
	for left := stream; len(left) > 0; {
		n := min(max(1, sizes()), len(left))
		got = r.rewrite(got, left[:n])
		left = left[n:]
	}
	got = r.flush(got)
	if want := all(string(stream)); string(got) != want {
		t.Fatalf("%q in pieces becomes %q, in one %q", stream, got, want)
	}
	if !onlySpacesChanged(stream, got) {
		t.Fatalf("%q becomes %q: more than spaces has changed", stream, got)
	}
	if n := accepted(stream); !bytes.HasPrefix(got, stream[:n]) {
		t.Fatalf("%q: net/http accepts the first %d bytes as they are, and they become %q", stream, n, got)
	}
}

// onlySpacesChanged reports whether out equals in except for spaces that became %20.
func onlySpacesChanged(in, out []byte) bool {
	for _, b := range in {
		switch {
		case len(out) > 0 && out[0] == b:
			out = out[1:]
		case b == ' ' && bytes.HasPrefix(out, []byte("%20")):
			out = out[3:]
		default:
			return false
		}
	}
	return len(out) == 0
}

// accepted returns how many bytes net/http reads as whole requests with their bodies: none of them may be changed.
func accepted(stream []byte) int {
	source := bytes.NewReader(stream)
	buffered := bufio.NewReader(source)
	n := 0
	for {
		req, err := http.ReadRequest(buffered)
		if err != nil {
			return n
		}
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return n
		}
		n = len(stream) - source.Len() - buffered.Buffered()
	}
}

// pieces are the parts from which valid and invalid request streams are built.
var pieces = []string{
	"GET ", "POST ", "CONNECT ", "PRI ", "/", "?", "a=b", " ", "  ", "\"", "é", "\xff", "%20", " HTTP/1.1", " HTTP/1.0", " HTTP/2.0", " HTTP/1.", "\r", "\n", "\r\n", "\r\n\r\n",
	"Host: h\r\n", "Content-Length: 5\r\n", "Content-Length: 0\r\n", "content-length : 7\r\n", "Content-Length:\r\n", "Transfer-Encoding: chunked\r\n", "5\r\nGET /\r\n0\r\n\r\n", "Upgrade: x\r\n",
	"\t", ":", "A: b\r\n", " folded\r\n", "\x00", spaced, encoded, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 40\r\n\r\n",
}

func TestAnyStream(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		stream := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 30).Draw(r, "stream"), "")
		check(r, []byte(stream), func() int { return rapid.IntRange(1, 20).Draw(r, "size") })
	})
}

// In a body that net/http's client writes, no byte is changed.
func TestBodiesPass(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		body := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 10).Draw(r, "body"), "")
		var request bytes.Buffer
		source := io.Reader(strings.NewReader(body))
		if rapid.Bool().Draw(r, "chunked") {
			source = iotest.OneByteReader(source)
		}
		req, err := http.NewRequest("POST", "http://h/?a=b", source)
		if err != nil {
			r.Fatal(err)
		}
		if err := req.Write(&request); err != nil {
			r.Fatal(err)
		}
		stream := encoded + request.String() + spaced
		want := encoded + request.String() + encoded
		if req.ContentLength == 0 { // chunked
			want = stream
		}
		if got := all(stream); got != want {
			r.Fatalf("%q becomes %q", stream, got)
		}
		if n := accepted([]byte(stream)); n < len(encoded)+request.Len() {
			r.Fatalf("net/http accepts only %d bytes of %q: the test says little", n, stream)
		}
	})
}

func FuzzStream(f *testing.F) {
	for _, p := range pieces {
		f.Add([]byte(p+spaced), uint8(3))
		f.Add([]byte("GET /?"+p+" HTTP/1.1\r\n"+p+"\r\n\r\n"+spaced), uint8(1))
	}
	f.Fuzz(func(t *testing.T, stream []byte, size uint8) {
		check(t, stream, func() int { return int(size) })
	})
}
