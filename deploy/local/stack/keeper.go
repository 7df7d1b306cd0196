package stack

import (
	"context"
	"fmt"
	"sync"
	"time"

	"muster/deploy/local/supervise"
)

// retryPause is how long a keeper waits before it retries to start a server.
const retryPause = 500 * time.Millisecond

// instance is a running server under a keeper.
type instance interface {
	// Crash ends it without an orderly shutdown, as far as possible.
	Crash()
	// Stop shuts it down.
	Stop()
	// Done is closed when it has ended.
	Done() <-chan struct{}
	// PID is its process id; 0 if it has no process of its own.
	PID() int
}

// keeper supervises a server that is not one of Muster's programs: PostgreSQL or the broker. When the server ends it
// starts it again at the same address.
type keeper struct {
	name   string
	start  func(context.Context) (instance, error)
	notice func(message string)
	end    context.CancelFunc
	ended  chan struct{}

	mu      sync.Mutex
	current instance // nil while it is down
	status  supervise.Status
	changed chan struct{} // closed and replaced when the status changes
	resume  chan struct{} // non-nil while paused; closed to resume
}

// startKeeper starts the server, and returns an error if the first start fails.
func startKeeper(ctx context.Context, name string, start func(context.Context) (instance, error), notice func(string)) (*keeper, error) {
	first, err := start(ctx)
	if err != nil {
		return nil, err
	}
	lifetime, end := context.WithCancel(context.WithoutCancel(ctx))
	k := &keeper{
		name: name, start: start, notice: notice, end: end, ended: make(chan struct{}), changed: make(chan struct{}),
		current: first, status: supervise.Status{State: supervise.Ready, PID: first.PID()},
	}
	go k.run(lifetime, first)
	return k, nil
}

func (k *keeper) run(ctx context.Context, current instance) {
	defer close(k.ended)
	for current != nil {
		<-current.Done()
		if paused := k.down(); paused == nil && ctx.Err() == nil {
			k.notice(k.name + " ended; it is started again")
		}
		current = k.again(ctx)
	}
}

// again restarts the server as soon as it may run, and retries until it succeeds. It returns nil if the keeper has
// ended.
func (k *keeper) again(ctx context.Context) instance {
	for ctx.Err() == nil {
		if paused := k.down(); paused != nil {
			select {
			case <-paused:
			case <-ctx.Done():
			}
			continue
		}
		next, err := k.start(ctx)
		if err == nil && k.up(ctx, next) {
			return next
		}
		if err == nil || ctx.Err() != nil {
			continue
		}
		k.notice(fmt.Sprintf("%s does not start: %v", k.name, err))
		select {
		case <-time.After(retryPause):
		case <-ctx.Done():
		}
	}
	return nil
}

// up records a started server. It stops the server if it was paused in the meantime.
func (k *keeper) up(ctx context.Context, next instance) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if ctx.Err() != nil || k.resume != nil {
		next.Stop()
		return false
	}
	k.current = next
	k.set(supervise.Status{State: supervise.Ready, PID: next.PID(), Restarts: k.status.Restarts + 1})
	return true
}

// down records that the server is down, and returns the pause in force.
func (k *keeper) down() (paused <-chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.current = nil
	state := supervise.Starting
	if k.resume != nil {
		state = supervise.Paused
	}
	k.set(supervise.Status{State: state, Restarts: k.status.Restarts})
	return k.resume
}

// set changes the status and notifies those that wait for a change. The caller holds the lock.
func (k *keeper) set(status supervise.Status) {
	k.status = status
	close(k.changed)
	k.changed = make(chan struct{})
}

// Status returns the server's status.
func (k *keeper) Status() supervise.Status {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.status
}

// Kill crashes the server; the keeper restarts it at once.
func (k *keeper) Kill() {
	k.mu.Lock()
	current, changed := k.current, k.changed
	k.mu.Unlock()
	if current != nil {
		current.Crash()
		<-changed
	}
}

// Pause stops the server and keeps it stopped until Resume. It returns when the server is down.
func (k *keeper) Pause(ctx context.Context) {
	k.mu.Lock()
	if k.resume == nil {
		k.resume = make(chan struct{})
	}
	current := k.current
	k.mu.Unlock()
	if current != nil {
		current.Stop()
	}
	for {
		k.mu.Lock()
		state, changed := k.status.State, k.changed
		k.mu.Unlock()
		if state == supervise.Paused {
			return
		}
		select {
		case <-changed:
		case <-k.ended:
			return
		case <-ctx.Done():
			return
		}
	}
}

// Resume starts a paused server again.
func (k *keeper) Resume() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.resume != nil {
		close(k.resume)
		k.resume = nil
	}
}

// Stop stops the server for good.
func (k *keeper) Stop() {
	k.mu.Lock()
	k.end()
	current := k.current
	k.mu.Unlock()
	if current != nil {
		current.Stop()
	}
	<-k.ended
}
