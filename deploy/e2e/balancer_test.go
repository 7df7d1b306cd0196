package e2e_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// lookPeriod is the time between two looks of a balancer at its backends.
const lookPeriod = 25 * time.Millisecond

// backend is one of the addresses behind a balancer.
type backend struct {
	address string // of connections
	probe   string // the URL that answers 200 while the replica is ready
	ready   atomic.Bool
	leaving atomic.Bool // taken out by hand
}

// balancer forwards connections to the ready backends in turn, as a Service of Kubernetes does. A connection stays where it is
// until one of its ends closes it.
type balancer struct {
	listener net.Listener
	mu       sync.Mutex
	backends []*backend
	next     int

	nobody  atomic.Int64 // connections that found no replica ready
	refused atomic.Int64 // connections that a ready replica refused
}

// balance takes connections at the address.
func balance(t *testing.T, address string) *balancer {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	b := &balancer{listener: listener}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { b.look(ctx) })
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go b.forward(conn)
		}
	})
	t.Cleanup(func() {
		cancel()
		listener.Close()
		running.Wait()
		if t.Failed() {
			t.Logf("%s: %d connections found no replica ready; %d were refused by a replica that counted as ready, which must answer until load balancers have noticed that it stops",
				address, b.nobody.Load(), b.refused.Load())
		}
	})
	return b
}

// look asks the backends whether they are ready.
func (b *balancer) look(ctx context.Context) {
	tick := time.NewTicker(lookPeriod)
	defer tick.Stop()
	for ctx.Err() == nil {
		b.mu.Lock()
		backends := b.backends
		b.mu.Unlock()
		for _, one := range backends {
			one.ready.Store(answersReady(ctx, one.probe) && !one.leaving.Load())
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

func answersReady(ctx context.Context, probe string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, probe, nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

func (b *balancer) add(address, probe string) *backend {
	one := &backend{address: address, probe: probe}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.backends = append(b.backends[:len(b.backends):len(b.backends)], one)
	return one
}

func (b *balancer) remove(gone *backend) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var left []*backend
	for _, one := range b.backends {
		if one != gone {
			left = append(left, one)
		}
	}
	b.backends = left
}

// pick returns the next ready backend, or nil.
func (b *balancer) pick() *backend {
	b.mu.Lock()
	defer b.mu.Unlock()
	for range b.backends {
		b.next++
		if one := b.backends[b.next%len(b.backends)]; one.ready.Load() && !one.leaving.Load() {
			return one
		}
	}
	return nil
}

// forward carries a connection, each direction until its sender closes it. Without a ready backend it is closed.
func (b *balancer) forward(client net.Conn) {
	defer client.Close()
	one := b.pick()
	if one == nil {
		b.nobody.Add(1)
		return
	}
	server, err := net.Dial("tcp", one.address)
	if err != nil {
		b.refused.Add(1)
		return
	}
	defer server.Close()
	ended := make(chan struct{}, 2)
	carry := func(to, from net.Conn) {
		_, _ = io.Copy(to, from)
		ended <- struct{}{}
	}
	go carry(server, client)
	go carry(client, server)
	<-ended
}
