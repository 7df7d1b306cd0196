package pgserver

import (
	"io"
	"sync"
)

// tailSize is how many bytes of the server's output are kept for errors.
const tailSize = 16 << 10

// tail forwards output and keeps its end.
type tail struct {
	mu   sync.Mutex
	to   io.Writer
	last []byte
}

func newTail(to io.Writer) *tail {
	if to == nil {
		to = io.Discard
	}
	return &tail{to: to}
}

// Write implements [io.Writer]. It ignores errors of the log, which must not stop the server.
func (t *tail) Write(output []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, output...)
	if len(t.last) > tailSize {
		t.last = t.last[len(t.last)-tailSize:]
	}
	_, _ = t.to.Write(output)
	return len(output), nil
}

// String returns the end of the output.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.last)
}

// forget discards the stored output.
func (t *tail) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = nil
}
