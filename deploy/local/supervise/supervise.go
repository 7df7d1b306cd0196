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

// Pauses before a program is restarted. They grow from the first to the last, and start over after the program has been
// ready for the time steady.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 10 * time.Second
	steady     = 20 * time.Second
)

// attempts is how often a program that was never ready may end before it counts as broken.
const attempts = 3

// Program describes the program to keep running.
type Program struct {
	// Name is used in messages.
	Name string
	// Path, Args and Env are the program's file, arguments and complete environment. Dir is its working directory;
	// empty means the current one.
	Path string
	Args []string
	Env  []string
	Dir  string
	// LogFile receives the program's output, appended to existing content.
	LogFile string
	// ReadyURL answers 200 if the program is ready.
	ReadyURL string
	// FinalExit is an exit code after which the program is not restarted; 0 means none.
	FinalExit int
}

// State is the state of a program.
type State string

// The states of a program.
const (
	Starting State = "starting" // it runs or is about to, and is not ready yet
	Ready    State = "ready"
	Broken   State = "broken"  // it ended for good, or too often before it was ready, and is not restarted
	Paused   State = "paused"  // stopped on request until it is resumed
	Stopped  State = "stopped" // the supervisor has ended
)

// Status is a program's state at a moment.
type Status struct {
	State    State `json:"state"`
	PID      int   `json:"pid"`      // 0 if it is not running
	Restarts int   `json:"restarts"` // how often it was restarted
}

// Supervisor keeps one program running.
type Supervisor struct {
	program Program
	notice  func(message string)
	end     context.CancelFunc
	ended   chan struct{}
	wake    chan struct{} // ends a pause early

	mu      sync.Mutex
	status  Status
	changed chan struct{} // closed and replaced when the status changes
	child   *process.Process
	paused  bool
	proven  bool // it has been ready at least once
	broken  error
}

// Start starts supervising the program. Notice, if not nil, is called when the program ends unexpectedly.
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

// Status returns the program's current status.
func (s *Supervisor) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// WaitReady waits until the program is ready. If the program is broken, the error contains the last lines of its
// output.
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

// Kill kills the program, as in a crash, and restarts it at once.
func (s *Supervisor) Kill() {
	if child := s.running(); child != nil {
		s.wakeUp()
		child.Kill()
	}
}

// Pause stops the program until [Supervisor.Resume]: the program gets SIGTERM, and is killed when ctx is done first. It
// returns when the program has ended.
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

// Resume restarts a paused or broken program.
func (s *Supervisor) Resume() {
	s.set(func() {
		s.paused = false
		if s.status.State == Broken || s.status.State == Paused {
			s.status.State = Starting
		}
	})
	s.wakeUp()
}

// Stop ends the program and the supervision: the program gets SIGTERM, and is killed when ctx is done first. It reports
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

// run repeatedly starts the program, waits for its end, and pauses.
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

// once runs the program from start to end. It returns how long it was ready and why it ended.
func (s *Supervisor) once(ctx context.Context) (lasted time.Duration, failure error) {
	start := logSize(s.program.LogFile)
	child, err := s.launch()
	if err != nil {
		return 0, err
	}
	if ctx.Err() != nil || s.isPaused() {
		child.Kill() // stopped between the last check and the start
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

// final is the reason for the end of a program that is not restarted.
type final struct{ error }

// rest waits for the duration, a wake-up or the end.
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

// set changes the supervisor's state and notifies those that wait for a change.
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
