package stack

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"muster/deploy/local/supervise"
)

// dummy is a server that does nothing.
type dummy struct {
	once sync.Once
	done chan struct{}
}

func (d *dummy) Stop()                 { d.once.Do(func() { close(d.done) }) }
func (d *dummy) Crash()                { d.Stop() }
func (d *dummy) Done() <-chan struct{} { return d.done }
func (d *dummy) PID() int              { return 1 }

// factory creates dummies and records which of them run.
type factory struct {
	mu      sync.Mutex
	made    []*dummy
	failing int           // number of starts that will fail
	gate    chan struct{} // if not nil, a start waits for it
	atEnd   bool          // a start waits until the keeper ends
}

func (f *factory) start(ctx context.Context) (instance, error) {
	f.mu.Lock()
	gate, atEnd := f.gate, f.atEnd
	f.mu.Unlock()
	if atEnd {
		<-ctx.Done()
	}
	if gate != nil {
		<-gate
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failing > 0 {
		f.failing--
		return nil, errors.New("no")
	}
	d := &dummy{done: make(chan struct{})}
	f.made = append(f.made, d)
	return d, nil
}

func (f *factory) running() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range f.made {
		select {
		case <-d.done:
		default:
			n++
		}
	}
	return n
}

func awaitState(t *testing.T, k *keeper, state supervise.State, restarts int) {
	t.Helper()
	timeout := time.After(10 * time.Second)
	for {
		k.mu.Lock()
		status, changed := k.status, k.changed
		k.mu.Unlock()
		if status.State == state && status.Restarts == restarts {
			return
		}
		select {
		case <-changed:
		case <-timeout:
			t.Fatalf("the status stays %+v", status)
		}
	}
}

func newKeeper(t *testing.T, f *factory) *keeper {
	t.Helper()
	k, err := startKeeper(t.Context(), "dummy", f.start, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Stop)
	return k
}

func TestAKeeperStartsAgainUntilItSucceeds(t *testing.T) {
	f := &factory{}
	k := newKeeper(t, f)
	f.mu.Lock()
	f.failing = 2
	f.mu.Unlock()
	k.Kill()
	awaitState(t, k, supervise.Ready, 1)
	k.Stop()
	if n := f.running(); n != 0 {
		t.Errorf("%d servers run after the end", n)
	}
}

func TestAKeeperReportsAFirstStartThatFails(t *testing.T) {
	f := &factory{failing: 1}
	if _, err := startKeeper(t.Context(), "dummy", f.start, func(string) {}); err == nil {
		t.Error("no error")
	}
}

func TestAPauseThatComesWhileTheServerIsStarting(t *testing.T) {
	f := &factory{}
	k := newKeeper(t, f)
	gate := make(chan struct{})
	f.mu.Lock()
	f.gate = gate
	f.mu.Unlock()
	k.Kill()
	paused := make(chan struct{})
	go func() { k.Pause(context.Background()); close(paused) }()
	for {
		k.mu.Lock()
		told := k.resume != nil
		k.mu.Unlock()
		if told {
			break
		}
	}
	f.mu.Lock()
	f.gate = nil
	f.mu.Unlock()
	close(gate)
	<-paused
	if n := f.running(); n != 0 {
		t.Errorf("%d servers run during a pause", n)
	}
	k.Resume()
	awaitState(t, k, supervise.Ready, 1)
}

func TestStopWhileTheServerIsStarting(t *testing.T) {
	f := &factory{}
	k := newKeeper(t, f)
	f.mu.Lock()
	f.atEnd = true
	f.mu.Unlock()
	k.Kill()
	stopped := make(chan struct{})
	go func() { k.Stop(); close(stopped) }()
	select {
	case <-stopped:
	case <-time.After(10 * time.Second):
		t.Fatal("the keeper does not end")
	}
	if n := f.running(); n != 0 {
		t.Errorf("%d servers run after the end", n)
	}
}
