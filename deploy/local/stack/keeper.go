package stack

import (
	"context"
	"fmt"
	"sync"
	"time"

	"muster/deploy/local/supervise"
)

// retryPause is how long a keeper waits before it tries again to start a server.
const retryPause = 500 * time.Millisecond

// instance is a running server that a keeper looks after.
type instance interface {
	// Crash ends it without giving it a chance to put things in order, as far as that can be done.
	Crash()
	// Stop ends it in order.
	Stop()
	// Done is closed when it has ended.
	Done() <-chan struct{}
	// PID is its process, 0 if it has none of its own.
	PID() int
}

// keeper keeps a server running that is not one of Muster's programs: PostgreSQL, the broker. It starts it again, at the
// same place, when it ends.
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
	resume  chan struct{} // not nil while it should stay down; closed to resume
}

// keep starts the server, and gives the error if it does not start the first time.
func keep(ctx context.Context, name string, start func(context.Context) (instance, error), notice func(string)) (*keeper, error) {
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

// again starts the server, as soon as it should be up, and tries until it is. It gives nil when the keeper has ended.
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

// up notes a server that has been started. One that was told to be down in the meantime is stopped.
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

// down notes that the server is down, and gives the pause in force.
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

// set changes the status and tells those who wait for a change. The lock is held.
func (k *keeper) set(status supervise.Status) {
	k.status = status
	close(k.changed)
	k.changed = make(chan struct{})
}

// Status returns how the server does.
func (k *keeper) Status() supervise.Status {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.status
}

// Kill makes the server crash; it is started again at once.
func (k *keeper) Kill() {
	k.mu.Lock()
	current, changed := k.current, k.changed
	k.mu.Unlock()
	if current != nil {
		current.Crash()
		<-changed
	}
}

// Pause stops the server and keeps it down until Resume. It returns when the server is down.
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
