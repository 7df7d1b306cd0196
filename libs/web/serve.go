package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Limits of the server. There is no deadline for a whole request, because the gateway holds answers and bodies may
// stream. Instead there are deadlines for the headers, for a body ([ReadBody]), and for each piece of an answer.
const (
	readHeaderTimeout = 10 * time.Second
	writeTimeout      = 30 * time.Second // for a client to take [writePiece] bytes
	idleTimeout       = 120 * time.Second
	maxHeaderBytes    = 64 << 10
	drainTime         = 15 * time.Second
	// maxStreams is the number of requests in progress on one HTTP/2 connection: the lowest that RFC 9113, section
	// 6.5.2, recommends.
	maxStreams = 100
)

// writePiece is the number of bytes written under one deadline. A client must read about 2 KiB a second.
const writePiece = 64 << 10

// Listen opens the address.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", addr, err)
	}
	return l, nil
}

// Serve answers requests on l until ctx is done. It then accepts no new requests and lets current ones finish (15 s at
// most). It speaks HTTP/1.1 and, to clients that begin with it, HTTP/2 without TLS (RFC 9113, section 3.3), which gRPC
// needs. It answers HEAD where h answers GET. It disconnects a client that takes more than 10 s to send its headers,
// sends more than 64 KiB of them, or does not read its answer; of an HTTP/2 connection, it ends only the request whose
// answer is not read.
func Serve(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	return serve(ctx, l, h, log, timeouts{readHeaderTimeout, writeTimeout})
}

type timeouts struct{ header, write time.Duration }

func serve(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger, limit timeouts) error {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{
		Handler: patientStreams(headAsGet(h), limit.write), ReadHeaderTimeout: limit.header, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeaderBytes, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		Protocols: &protocols, HTTP2: &http.HTTP2Config{MaxConcurrentStreams: maxStreams},
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(patientListener{l, limit.write}) }()
	log.InfoContext(ctx, "listening", "addr", l.Addr().String())
	select {
	case err := <-failed:
		return fmt.Errorf("http server: %w", err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return errors.Join(fmt.Errorf("http server: requests were still under way after %s: %w", drainTime, err), server.Close())
	}
	return nil
}

// patientListener gives each write to a connection its own deadline.
type patientListener struct {
	net.Listener
	patience time.Duration
}

// Accept implements [net.Listener].
func (l patientListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return patientConn{c, l.patience}, nil
}

type patientConn struct {
	net.Conn
	patience time.Duration
}

// Write implements [net.Conn].
func (c patientConn) Write(p []byte) (written int, err error) {
	for {
		piece := p[written:min(len(p), written+writePiece)]
		if err := c.SetWriteDeadline(time.Now().Add(c.patience)); err != nil {
			return written, err
		}
		n, err := c.Conn.Write(piece)
		written += n
		if err != nil || written == len(p) {
			return written, err
		}
	}
}

// CloseWrite closes the sending half. net/http calls it before it closes a connection on which the client may still be
// sending, so that the client can read the answer instead of getting a reset.
func (c patientConn) CloseWrite() error {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok {
		return errors.ErrUnsupported
	}
	return half.CloseWrite()
}
