package supervise

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/cenkalti/backoff/v5"

	"muster/deploy/local/process"
)

// Pauses before a program is started again. They grow from the first to the last, and begin anew once the program has
// been ready for steady.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 10 * time.Second
	steady     = 20 * time.Second
)

// attempts is how often a program that was never ready may end before it counts as broken.
const attempts = 3

// Program is what to keep running.
type Program struct {
	// Name is for messages.
	Name string
	// Path, Args and Env are the program's file, arguments and whole environment. Dir is where it runs; empty means here.
	Path string
	Args []string
	Env  []string
	Dir  string
	// LogFile takes what the program writes, after what is in it already.
	LogFile string
	// ReadyURL answers 200 when the program is ready.
	ReadyURL string
	// FinalExit is the exit code that says that starting the program again does not help; 0 is none.
	FinalExit int
}

// State is how a program does.
type State string

// The states of a program.
const (
	Starting State = "starting" // it runs, or is about to, and is not ready yet
	Ready    State = "ready"
	Broken   State = "broken"  // it ended for good, or too often before it was ready, and is left alone
	Paused   State = "paused"  // it was told to stay down
	Stopped  State = "stopped" // the supervisor has ended
)

// Status is a program's state at a moment.
type Status struct {
	State    State `json:"state"`
	PID      int   `json:"pid"`      // 0 when it does not run
	Restarts int   `json:"restarts"` // how often it was started again
}

// Supervisor keeps one program running.
type Supervisor struct {
	program Program
	notice  func(message string)
	end     context.CancelFunc
	ended   chan struct{}
	wake    chan struct{} // cuts a pause short

	mu      sync.Mutex
	status  Status
	changed chan struct{} // closed and replaced when the status changes
	child   *process.Process
	paused  bool
	proven  bool // it was ready once
	broken  error
}

// Start begins to keep the program running. Notice, if not nil, is told when the program ends without being asked to.
func Start(program Program, notice func(message string)) *Supervisor {
	if notice == nil {
		notice = func(string) {}
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Supervisor{
		program: program, notice: notice, end: cancel, ended: make(chan struct{}), wake: make(chan struct{}, 1),
		status: Status{State: Starting}, changed: make(chan struct{}),
	}
	go s.run(ctx)
	return s
}

// Status returns how the program does now.
func (s *Supervisor) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// WaitReady waits until the program is ready. When it is broken, the error holds the last lines that it wrote.
func (s *Supervisor) WaitReady(ctx context.Context) error {
	for {
		s.mu.Lock()
		state, broken, changed := s.status.State, s.broken, s.changed
		s.mu.Unlock()
		switch state {
		case Ready:
			return nil
		case Broken:
			return broken
		case Stopped:
			return errors.New(s.program.Name + " was stopped")
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready (%w); its log is %s and ends with:\n%s", s.program.Name, ctx.Err(), s.program.LogFile, logTail(s.program.LogFile, 0))
		}
	}
}

// Kill ends the program at once, as a crash would, and has it started again at once.
func (s *Supervisor) Kill() {
	if child := s.running(); child != nil {
		s.wakeUp()
		child.Kill()
	}
}

// Pause ends the program and keeps it down until [Supervisor.Resume]: the program gets SIGTERM, and is killed when ctx
// ends first. It returns when the program is gone.
func (s *Supervisor) Pause(ctx context.Context) {
	s.set(func() { s.paused = true })
	s.wakeUp()
	if child := s.running(); child != nil {
		child.Stop(ctx, syscall.SIGTERM)
	}
	for {
		s.mu.Lock()
		state, changed := s.status.State, s.changed
		s.mu.Unlock()
		if state == Paused || state == Stopped {
			return
		}
		<-changed
	}
}

// Resume starts a program again that was paused or is broken.
func (s *Supervisor) Resume() {
	s.set(func() {
		s.paused = false
		if s.status.State == Broken || s.status.State == Paused {
			s.status.State = Starting
		}
	})
	s.wakeUp()
}

// Stop ends the program and the supervision: the program gets SIGTERM, and is killed when ctx ends first. It tells
// whether the program ended by itself.
func (s *Supervisor) Stop(ctx context.Context) (clean bool) {
	s.end()
	clean = true
	if child := s.running(); child != nil {
		clean = child.Stop(ctx, syscall.SIGTERM)
	}
	<-s.ended
	return clean
}

// run starts the program, waits for its end, pauses, and begins anew.
func (s *Supervisor) run(ctx context.Context) {
	defer close(s.ended)
	defer s.set(func() { s.status.State, s.status.PID = Stopped, 0 })
	pauses := &backoff.ExponentialBackOff{InitialInterval: firstPause, MaxInterval: lastPause, Multiplier: 2, RandomizationFactor: 0.2}
	pauses.Reset()
	failures := 0
	for ctx.Err() == nil {
		if s.isPaused() {
			s.set(func() { s.status.State, s.status.PID = Paused, 0 })
			s.rest(ctx, nil)
			continue
		}
		lasted, failure := s.once(ctx)
		if ctx.Err() != nil || s.isPaused() {
			continue
		}
		if lasted >= steady {
			pauses.Reset()
		}
		if failures++; s.isProven() {
			failures = 0
		}
		if _, forGood := errors.AsType[final](failure); forGood || failures >= attempts {
			s.set(func() { s.status.State, s.status.PID, s.broken = Broken, 0, failure })
			s.rest(ctx, nil)
			failures = 0
			continue
		}
		pause := pauses.NextBackOff()
		s.set(func() { s.status.State, s.status.PID = Starting, 0 })
		s.notice(fmt.Sprintf("%s ended (%v); it is started again", s.program.Name, firstLine(failure)))
		s.rest(ctx, time.After(pause))
		s.set(func() { s.status.Restarts++ })
	}
}

// once runs the program from its start to its end. It gives how long it had been ready and why it ended.
func (s *Supervisor) once(ctx context.Context) (lasted time.Duration, failure error) {
	start := logSize(s.program.LogFile)
	child, err := s.launch()
	if err != nil {
		return 0, err
	}
	if ctx.Err() != nil || s.isPaused() {
		child.Kill() // told to end between the last look and the start
		return 0, nil
	}
	probing, stopProbing := context.WithCancel(ctx)
	defer stopProbing()
	ready := make(chan time.Time, 1)
	go func() {
		if probe(probing, s.program.ReadyURL) {
			s.set(func() {
				if s.child == child {
					s.status.State, s.proven = Ready, true
				}
			})
			ready <- time.Now()
		}
	}()
	<-child.Done()
	s.set(func() { s.child, s.status.PID = nil, 0 })
	select {
	case since := <-ready:
		lasted = time.Since(since)
	default:
	}
	failure = fmt.Errorf("exit code %d; its log is %s and ends with:\n%s", child.ExitCode(), s.program.LogFile, logTail(s.program.LogFile, start))
	if s.program.FinalExit != 0 && child.ExitCode() == s.program.FinalExit {
		failure = final{failure}
	}
	return lasted, failure
}

// final is why a program ended that a new start does not help.
type final struct{ error }

// rest waits for the time, a wake-up or the end.
func (s *Supervisor) rest(ctx context.Context, until <-chan time.Time) {
	select {
	case <-ctx.Done():
	case <-s.wake:
	case <-until:
	}
}

func (s *Supervisor) wakeUp() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// set changes the supervisor's state and tells those who wait for a change.
func (s *Supervisor) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Supervisor) isPaused() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.paused
}

func (s *Supervisor) isProven() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.proven
}

func (s *Supervisor) running() *process.Process {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.child
}
