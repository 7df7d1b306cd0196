// Package process runs child programs that end when this program ends.
//
// Each child gets its own process group, so that Ctrl-C in a terminal only reaches this program, which stops the
// children in its own order. On Linux the kernel signals them when this program is killed.
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

// outputGrace is how long Wait reads output from a child's own children after the child has ended.
const outputGrace = 2 * time.Second

// Process is a started child.
type Process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error
	once sync.Once
}

// Start starts cmd in its own process group. If this program dies without stopping the child, the kernel sends the
// child onParentDeath (on Linux; elsewhere the child keeps running).
//
// The kernel ties that signal to the thread that started the child and not to the process, so Start reserves a thread
// while the child runs.
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

// PID returns the child's process id, which is also its process group's id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the child has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Wait waits for the child's end and returns the result of [exec.Cmd.Wait].
func (p *Process) Wait() error {
	<-p.done
	return p.err
}

// ExitCode returns the child's exit code as a shell reports it: 128 + n if signal n ended it. Call it after the child
// has ended.
func (p *Process) ExitCode() int {
	state := p.cmd.ProcessState
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

// Signal sends a signal to the child only. It returns nil if the child has ended.
func (p *Process) Signal(signal syscall.Signal) error {
	return ignoreGone(p.cmd.Process.Signal(signal))
}

// SignalGroup sends a signal to the child and its whole process group.
func (p *Process) SignalGroup(signal syscall.Signal) error {
	return ignoreGone(syscall.Kill(-p.PID(), signal))
}

// Stop sends the signal to the child and waits for its end. It kills a child that is still running when ctx is done,
// with its group. It returns after the child has ended, and reports whether the child ended by itself.
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

// Kill kills the child and its group and waits until the child has ended.
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
