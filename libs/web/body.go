package web

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
)

// MaxBody is the maximum size of a request body in bytes (contract section 3).
const MaxBody = 1 << 20

// Limits on bodies that are still arriving.
const (
	// bodyTime is the maximum time for a body to arrive.
	bodyTime = 10 * time.Second
	// BodiesPerNetwork is the number of bodies that one client network may send at the same time.
	BodiesPerNetwork = 64
	// maxBodies is the number of bodies that an engine reads at the same time.
	maxBodies = 512
)

// Errors of request bodies.
var (
	errTooLarge = errs.New(errs.KindTooLarge, "BODY_TOO_LARGE", "The request body is larger than 1 MiB.")
	errTooSlow  = errs.New(errs.KindTimeout, "REQUEST_TIMEOUT", "The request body took too long to arrive.")
)

// ReadBody reads the whole body, at most [MaxBody] bytes within 10 s, and keeps it in the request for later readers.
// Call it before acquiring a shared resource such as a database or upstream connection, because the client decides how
// fast a body arrives.
//
// Each client network (see [Network]) has a share of the bodies that an engine reads at the same time. When a network
// exceeds its share, its oldest body is dropped in favour of its newest. Slow clients therefore take nothing from other
// networks, and a complete request gets through even from their own network.
//
// Errors: 413 for a body that is too long, 408 for one that is too slow or was dropped, 400 for one that cannot be
// read. The connection is closed after each of them.
func ReadBody(c *gin.Context) ([]byte, error) {
	if c.Request.ContentLength == 0 {
		return nil, nil
	}
	if body, done := c.Get(bodyKey); done {
		return body.([]byte), nil
	}
	body, err := c.MustGet(bodiesKey).(*bodies).read(c)
	if err != nil {
		c.Header("Connection", "close")
		return nil, err
	}
	c.Set(bodyKey, body)
	r := c.Request
	r.Body, r.ContentLength, r.TransferEncoding, r.Trailer = http.NoBody, int64(len(body)), nil, nil
	if len(body) > 0 {
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	return body, nil
}

// ShareBody counts the request's body as arriving until done is called, for a handler that answers while the body
// arrives, such as one of a gRPC stream. The limits of [ReadBody] apply to the body as a whole: its size, its time, and
// the share of the client's network. Reads fail when one is exceeded.
func ShareBody(c *gin.Context) (done func()) {
	b := c.MustGet(bodiesKey).(*bodies)
	a := b.begin(Network(ClientIP(c)), func() { setReadDeadline(c, time.Unix(1, 0)) })
	return func() { b.end(a) }
}

const (
	bodiesKey = "muster/bodies" // the *bodies of the engine
	bodyKey   = "muster/body"   // the []byte that was read
)

// bodies are the request bodies in progress.
type bodies struct {
	time time.Duration // for one to arrive

	mu        sync.Mutex
	of        map[string][]*arriving // by network, the oldest first
	count     int
	lastBegun uint64
}

// arriving is a body that is being read.
type arriving struct {
	network string
	begun   uint64 // sequence number of the body
	giveUp  func() // ends the read
}

// limit makes each request's body either a stream or one that [ReadBody] reads.
func (b *bodies) limit(streams map[string]time.Duration) gin.HandlerFunc {
	return func(c *gin.Context) {
		if idle, streams := streams[c.Request.Method+" "+c.FullPath()]; streams {
			streamBody(c, idle)
			return
		}
		c.Set(bodiesKey, b)
		// The server reads the rest of an unread body before it answers, so that needs a deadline too. If nothing is
		// left to read, a deadline would end the request.
		deadline := time.Time{}
		if c.Request.ContentLength != 0 {
			deadline = time.Now().Add(b.time)
		}
		setReadDeadline(c, deadline)
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, MaxBody)
	}
}

func (b *bodies) read(c *gin.Context) ([]byte, error) {
	if c.Request.ContentLength > MaxBody {
		return nil, errTooLarge
	}
	setReadDeadline(c, time.Now().Add(b.time))
	a := b.begin(Network(ClientIP(c)), func() { setReadDeadline(c, time.Unix(1, 0)) })
	body, err := io.ReadAll(c.Request.Body)
	b.end(a)
	if err == nil {
		setReadDeadline(c, time.Time{}) // from here on the server reads in the background to detect a disconnect
		return body, nil
	}
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
		return nil, errTooLarge
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, errTooSlow
	}
	return nil, errs.InvalidField("body", "could not be read").Because(err)
}

// setReadDeadline does nothing without a connection, as in a handler's unit test.
func setReadDeadline(c *gin.Context, t time.Time) {
	_ = http.NewResponseController(c.Writer).SetReadDeadline(t)
}

// begin registers a body, and drops another one when there are too many.
func (b *bodies) begin(network string, giveUp func()) *arriving {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lastBegun++
	a := &arriving{network: network, begun: b.lastBegun, giveUp: giveUp}
	b.of[network] = append(b.of[network], a)
	b.count++
	if surplus := b.surplus(network); surplus != nil {
		b.remove(surplus)
		surplus.giveUp()
	}
	return a
}

// surplus returns the body to drop: the oldest of a network that exceeds its share or, when there are too many in
// total, the oldest of the network with the most bodies.
func (b *bodies) surplus(newest string) *arriving {
	if len(b.of[newest]) > BodiesPerNetwork {
		return b.of[newest][0]
	}
	if b.count <= maxBodies {
		return nil
	}
	most := b.of[newest]
	for _, of := range b.of {
		if len(of) > len(most) || len(of) == len(most) && of[0].begun < most[0].begun {
			most = of
		}
	}
	return most[0]
}

func (b *bodies) end(a *arriving) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.remove(a)
}

// remove does nothing if the body was already removed.
func (b *bodies) remove(a *arriving) {
	of := b.of[a.network]
	for i := range of {
		if of[i] != a {
			continue
		}
		b.count--
		if of = append(of[:i], of[i+1:]...); len(of) == 0 {
			delete(b.of, a.network)
		} else {
			b.of[a.network] = of
		}
		return
	}
}
