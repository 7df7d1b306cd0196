// Package netport answers two questions about TCP addresses on this machine: is this one free, and which one is.
package netport

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"syscall"
)

// Check reports whether addr ("127.0.0.1:8080") can be listened on. What names the thing that wants it and setting the
// setting that changes it; both are for the error, which is a sentence that tells the reader what to do. Port 0 is
// always free.
func Check(addr, what, setting string) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return Explain(err, addr, what, setting)
	}
	return listener.Close()
}

// Explain turns the error of a failed listen on addr into a sentence that tells the reader what to do.
func Explain(err error, addr, what, setting string) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%s cannot listen on %s because another program does: stop that program, or set %s to another port", what, addr, setting)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("%s may not listen on %s: set %s to a port above 1023", what, addr, setting)
	default:
		return fmt.Errorf("%s cannot listen on %s (%w): set %s to an address of this machine", what, addr, err, setting)
	}
}

// Where Free looks: above the ports that programs are known by, and below those that the system gives to outgoing
// connections by itself (from 32768 on Linux, 49152 elsewhere). One of these could be taken by any connection between
// our choosing it and the program's listening on it.
const (
	firstFree = 20_000
	lastFree  = 32_000
	tries     = 200
)

// given are the ports that Free has handed out in this process: nobody may be listening on them yet.
var given sync.Map

// Free chooses a TCP port on 127.0.0.1 that nobody listens on at the moment, and never the same twice. Somebody else may
// take it before the caller does, so use it only for programs that cannot choose a port themselves.
func Free() (int, error) {
	var last error
	for range tries {
		port := firstFree + rand.IntN(lastFree-firstFree)
		if _, taken := given.LoadOrStore(port, true); taken {
			continue
		}
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return port, listener.Close()
		}
		last = err
	}
	return 0, fmt.Errorf("no free port found between %d and %d: %w", firstFree, lastFree, last)
}

// Resolve returns addr with its port filled in: port 0 becomes a free one, any other stays.
func Resolve(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("address %q is not of the form host:port", addr)
	}
	if port != "0" {
		return addr, nil
	}
	free, err := Free()
	if err != nil {
		return "", err
	}
	return net.JoinHostPort(host, fmt.Sprint(free)), nil
}
