package requestline

import (
	"errors"
	"io"
	"net"
	"sync"
)

// Listen returns a listener whose connections encode raw spaces in the queries of request lines. l must carry plaintext
// HTTP.
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

// conn rewrites what is read. Writes, deadlines and addresses are those of the underlying connection. Only one
// goroutine at a time may read, which is how net/http reads.
type conn struct {
	net.Conn
	lines rewriter
	// pending holds rewritten bytes that did not fit into the caller's buffer.
	pending []byte
}

// Read implements [net.Conn]. It never reads more than the caller asks for, and keeps its state when a deadline passes,
// so net/http's timeouts and its detection of disconnected clients work as usual.
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
		written := c.rewrite(p, n, errors.Is(err, io.EOF))
		if written > 0 {
			return written, nil // An error that arrived together with bytes is returned again by the next read that has no bytes.
		}
		if n == 0 {
			return 0, err
		}
	}
}

// rewrite replaces the n bytes in p by what they become, and returns how many these are. What does not fit is pending.
func (c *conn) rewrite(p []byte, n int, end bool) int {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	*buffer = c.lines.rewrite((*buffer)[:0], p[:n])
	if end {
		*buffer = c.lines.flush(*buffer)
	}
	written := copy(p, *buffer)
	c.pending = append(c.pending, (*buffer)[written:]...)
	return written
}

// buffers are shared by all connections, most of which are idle.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// CloseWrite closes the sending half. net/http does so before it closes a connection on which the client may still be
// sending, so that the client can read the answer instead of getting a reset.
func (c *conn) CloseWrite() error {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok {
		return errors.ErrUnsupported
	}
	return half.CloseWrite()
}
