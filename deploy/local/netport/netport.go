// Package netport checks whether a TCP address on this machine is free, and finds a free one.
package netport

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"syscall"
)

// Check returns an error if it is impossible to listen on addr ("127.0.0.1:8080"). what names the program that wants
// the address and setting the setting that changes it. Both are for the error, which is a sentence that tells the
// reader what to do. Port 0 is always free.
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

// The range in which Free searches: above the well-known ports, and below those that the system assigns to outgoing
// connections (from 32768 on Linux, 49152 elsewhere). A connection could take one of the latter between our choice and
// the program's listen.
const (
	firstFree = 20_000
	lastFree  = 32_000
	tries     = 200
)

// given holds the ports that Free has returned in this process: their users may not be listening yet.
var given sync.Map

// Free returns a TCP port on 127.0.0.1 on which nothing listens at the moment, and never the same one twice. Another
// program may take it before the caller does, so use it only for programs that cannot choose a port themselves.
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

// Resolve returns addr with its port filled in: port 0 is replaced by a free one.
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
