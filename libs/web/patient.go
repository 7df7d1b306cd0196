package web

import (
	"net/http"
	"time"
)

// patientStreams gives each piece of an answer on an HTTP/2 stream its own deadline, as [patientListener] does for
// connections. A client that opens no flow control window keeps a stream waiting although its connection works, so the
// deadline of the connection does not pass.
func patientStreams(h http.Handler, patience time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 {
			stream := &patientStream{w, http.NewResponseController(w), patience}
			defer stream.begin() // the server sends what is still buffered after the handler
			w = stream
		}
		h.ServeHTTP(w, r)
	})
}

// patientStream has a deadline only while it writes, because an answer may be held or pause.
type patientStream struct {
	http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration
}

// Unwrap is for http.ResponseController.
func (s *patientStream) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// Write implements [http.ResponseWriter].
func (s *patientStream) Write(p []byte) (written int, err error) {
	for {
		piece := p[written:min(len(p), written+writePiece)]
		s.begin()
		n, err := s.ResponseWriter.Write(piece)
		s.end()
		written += n
		if err != nil || written == len(p) {
			return written, err
		}
	}
}

// Flush implements [http.Flusher].
func (s *patientStream) Flush() {
	s.begin()
	_ = s.control.Flush() // an error means that the stream has ended, which the next write reports
	s.end()
}

func (s *patientStream) begin() { s.until(time.Now().Add(s.patience)) }
func (s *patientStream) end()   { s.until(time.Time{}) }

// until fails only where the server has no deadlines, as in a test without a server.
func (s *patientStream) until(deadline time.Time) { _ = s.control.SetWriteDeadline(deadline) }
