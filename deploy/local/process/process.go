// Package process runs child programs that end when this program ends.
//
// Each child gets a process group of its own, so that Ctrl-C in a terminal reaches this program alone and the children
// are stopped in the order that this program chooses. On Linux the kernel signals them when this program is killed.
package process

import (
	"context"
	"errors"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// outputGrace is how long Wait lets output drain that a child's own children hold open after the child has ended.
const outputGrace = 2 * time.Second

// Process is a started child.
type Process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error
	once sync.Once
}

// Start starts cmd in a process group of its own. If this program dies without stopping the child, the kernel sends the
// child onParentDeath (on Linux; elsewhere the child lives on).
//
// The kernel ties that signal to the thread that started the child and not to the process, so a thread is kept for it
// as long as the child runs.
func Start(cmd *exec.Cmd, onParentDeath syscall.Signal) (*Process, error) {
	attributes(cmd, onParentDeath)
	cmd.WaitDelay = outputGrace
	p := &Process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.err = cmd.Wait()
		if errors.Is(p.err, exec.ErrWaitDelay) {
			p.err = nil
		}
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// PID is the child's process id, which is its process group's id too.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the child has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Wait waits for the child's end and gives what [exec.Cmd.Wait] gave.
func (p *Process) Wait() error {
	<-p.done
	return p.err
}

// ExitCode is the child's exit code as a shell reports it: 128 + n if signal n ended it. Call it after the child's end.
func (p *Process) ExitCode() int {
	state := p.cmd.ProcessState
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

// Signal sends a signal to the child alone. A child that has ended is no error.
func (p *Process) Signal(signal syscall.Signal) error {
	return ignoreGone(p.cmd.Process.Signal(signal))
}

// SignalGroup sends a signal to the child and all that it started in its group.
func (p *Process) SignalGroup(signal syscall.Signal) error {
	return ignoreGone(syscall.Kill(-p.PID(), signal))
}

// Stop sends the signal to the child and waits for its end; a child that is still there when ctx ends is killed with
// its group. It returns once the child is gone, and tells whether it went by itself.
func (p *Process) Stop(ctx context.Context, signal syscall.Signal) bool {
	select {
	case <-p.done:
		return true
	default:
	}
	_ = p.Signal(signal)
	select {
	case <-p.done:
		return true
	case <-ctx.Done():
		p.Kill()
		return false
	}
}

// Kill ends the child and its group at once and waits until the child is gone.
func (p *Process) Kill() {
	p.once.Do(func() {
		select {
		case <-p.done:
		default:
			_ = p.SignalGroup(syscall.SIGKILL)
		}
	})
	<-p.done
}
