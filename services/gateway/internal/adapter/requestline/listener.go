package requestline

import (
	"errors"
	"io"
	"net"
)

// Listen makes a listener whose connections bring no raw spaces in the queries of their request lines. l must speak HTTP in the
// clear.
func Listen(l net.Listener) net.Listener { return listener{l} }

type listener struct{ net.Listener }

// Accept implements [net.Listener].
func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c}, nil
}

// conn corrects what is read. Writing, deadlines and addresses are those of the connection itself. Like any reader
// that keeps state it is read by one goroutine at a time, which is how net/http reads.
type conn struct {
	net.Conn
	lines rewriter
	// pending is what was read and corrected, and found no room in the caller's buffer yet.
	pending []byte
}

// Read implements [net.Conn]. It never asks the connection for more than the caller asks of it, and keeps its state when a
// deadline passes, so that net/http's timeouts and its watch for clients that hang up work as without it.
func (c *conn) Read(p []byte) (int, error) {
	for {
		if len(c.pending) > 0 {
			n := copy(p, c.pending)
			c.pending = c.pending[n:]
			return n, nil
		}
		if c.lines.done() || len(p) == 0 {
			return c.Conn.Read(p)
		}
		n, err := c.Conn.Read(p)
		c.pending = c.lines.rewrite(make([]byte, 0, n+longestHold), p[:n])
		if errors.Is(err, io.EOF) {
			c.pending = c.lines.flush(c.pending)
		}
		if n == 0 && len(c.pending) == 0 {
			return 0, err
		}
		// An error that came together with bytes comes again when the next read finds none.
	}
}

// CloseWrite ends the sending half. net/http does so before it closes a connection on which the client may still be
// sending, so that the client gets to read the answer instead of a reset.
func (c *conn) CloseWrite() error {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok {
		return errors.ErrUnsupported
	}
	return half.CloseWrite()
}
