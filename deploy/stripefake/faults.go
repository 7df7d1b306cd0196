package stripefake

import (
	"fmt"
	"net/http"
	"path"
	"sync"
	"time"
)

// fault makes the API misbehave: matching calls are delayed, and fail if Status is set.
type fault struct {
	// Method and Path select the calls; Path may have wildcards ("/v1/customers/*"). Empty means all.
	Method string
	Path   string
	Delay  time.Duration
	// Status is the answer's status, 400 to 599; 0 handles the call normally after the delay.
	Status int
	// After makes the delay and the status follow the handling: the call has its effects, but the caller does not hear of
	// them.
	After bool
	// Times is the number of affected calls.
	Times int
}

func (f *fault) matches(r *http.Request) bool {
	hit, err := path.Match(f.Path, r.URL.Path)
	return (f.Method == "" || f.Method == r.Method) && (f.Path == "" || err == nil && hit)
}

// faultList holds the faults that still affect calls.
type faultList struct {
	mu   sync.Mutex
	list []*fault
}

func (l *faultList) add(f fault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, &f)
}

func (l *faultList) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = nil
}

// take finds and counts the first fault for a call; without one it is the zero fault, which does nothing.
func (l *faultList) take(r *http.Request) fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, f := range l.list {
		if !f.matches(r) {
			continue
		}
		if f.Times--; f.Times <= 0 {
			l.list = append(l.list[:i:i], l.list[i+1:]...)
		}
		return *f
	}
	return fault{}
}

// strike applies a fault.
func (f *fault) strike(r *http.Request) error {
	timer := time.NewTimer(f.Delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
	if f.Status == 0 {
		return nil
	}
	kind, code := typeAPI, ""
	switch {
	case f.Status == http.StatusTooManyRequests:
		kind, code = typeInvalidRequest, "rate_limit"
	case f.Status < http.StatusInternalServerError:
		kind = typeInvalidRequest
	}
	return &apiError{
		Status: f.Status, Type: kind, Code: code,
		Message: fmt.Sprintf("A planned fault: %d %s.", f.Status, http.StatusText(f.Status)),
	}
}
