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
	resume  chan struct{} // not nil while it is paused; closed to resume
}

// keep starts the server, and gives the error if it does not start the first time.
func keep(ctx context.Context, name string, start func(context.Context) (instance, error), notice func(string)) (*keeper, error) {
	first, err := start(ctx)
	if err != nil {
		return nil, err
	}
	lifetime, end := context.WithCancel(context.WithoutCancel(ctx))
	k := &keeper{name: name, start: start, notice: notice, end: end, ended: make(chan struct{})}
	k.set(first)
	go k.run(lifetime, first)
	return k, nil
}

func (k *keeper) run(ctx context.Context, current instance) {
	defer close(k.ended)
	for {
		<-current.Done()
		paused := k.set(nil)
		if ctx.Err() != nil {
			return
		}
		if paused == nil {
			k.notice(k.name + " ended; it is started again")
		}
		if current = k.again(ctx, paused); current == nil {
			return
		}
		if paused = k.set(current); paused != nil || ctx.Err() != nil {
			current.Stop() // told to while it was starting
		}
	}
}

// again starts the server until it stays, after a pause if there is one. It gives nil when the keeper has ended.
func (k *keeper) again(ctx context.Context, paused <-chan struct{}) instance {
	if paused != nil {
		select {
		case <-paused:
		case <-ctx.Done():
			return nil
		}
	}
	for {
		next, err := k.start(ctx)
		if ctx.Err() != nil {
			if err == nil {
				next.Stop()
			}
			return nil
		}
		if err == nil {
			return next
		}
		k.notice(fmt.Sprintf("%s does not start: %v", k.name, err))
		select {
		case <-time.After(retryPause):
		case <-ctx.Done():
			return nil
		}
	}
}

// set notes the running server, nil for none, and gives the pause in force.
func (k *keeper) set(current instance) (paused <-chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case current != nil:
		if k.status.State != "" {
			k.status.Restarts++
		}
		k.status.State, k.status.PID = supervise.Ready, current.PID()
	case k.resume != nil:
		k.status.State, k.status.PID = supervise.Paused, 0
	default:
		k.status.State, k.status.PID = supervise.Starting, 0
	}
	k.current = current
	return k.resume
}

// Status tells how the server does.
func (k *keeper) Status() supervise.Status {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.status
}

// Kill makes the server crash; it is started again at once.
func (k *keeper) Kill() {
	if current := k.running(); current != nil {
		current.Crash()
	}
}

// Pause stops the server and keeps it down until Resume.
func (k *keeper) Pause(context.Context) {
	k.mu.Lock()
	if k.resume == nil {
		k.resume = make(chan struct{})
	}
	current := k.current
	k.mu.Unlock()
	if current != nil {
		current.Stop()
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
	k.end()
	if current := k.running(); current != nil {
		current.Stop()
	}
	<-k.ended
}

func (k *keeper) running() instance {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.current
}
