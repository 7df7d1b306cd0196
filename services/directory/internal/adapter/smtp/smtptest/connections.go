package smtptest

import "net"

// Connections returns how many connections were opened so far and how many are open now.
func (s *Server) Connections() (total, open int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections, len(s.open)
}

// HangUp closes all connections abruptly.
func (s *Server) HangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.open {
		_ = conn.Close()
	}
}

// counting is a listener that tracks its connections.
type counting struct {
	net.Listener
	server *Server
}

func (l counting) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.server.mu.Lock()
	defer l.server.mu.Unlock()
	l.server.open[conn] = true
	l.server.connections++
	return counted{conn, l.server}, nil
}

// counted is a connection that the listener drops when the server closes it.
type counted struct {
	net.Conn
	server *Server
}

func (c counted) Close() error {
	c.server.mu.Lock()
	delete(c.server.open, c.Conn)
	c.server.mu.Unlock()
	return c.Conn.Close()
}
