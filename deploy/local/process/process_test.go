package process_test

import (
	"bufio"
	"context"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"muster/deploy/local/process"
)

// soon limits the time for things that should happen at once.
const soon = 10 * time.Second

func TestExitCode(t *testing.T) {
	for script, want := range map[string]int{"exit 0": 0, "exit 7": 7, "kill -TERM $$": 128 + 15} {
		p, err := process.Start(exec.Command("sh", "-c", script), syscall.SIGTERM)
		if err != nil {
			t.Fatal(err)
		}
		_ = p.Wait()
		if got := p.ExitCode(); got != want {
			t.Errorf("%q: exit code %d, want %d", script, got, want)
		}
	}
}

func TestStartReportsMissingProgram(t *testing.T) {
	if _, err := process.Start(exec.Command("/nonexistent/program"), syscall.SIGTERM); err == nil {
		t.Error("no error")
	}
}

func TestStopAsksFirst(t *testing.T) {
	p, _ := startScript(t, `trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done`)
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	if !p.Stop(ctx, syscall.SIGTERM) || p.ExitCode() != 3 {
		t.Errorf("the child did not get to end by itself: exit code %d", p.ExitCode())
	}
	if !p.Stop(ctx, syscall.SIGTERM) {
		t.Error("stopping what has ended failed")
	}
}

func TestStopKillsTheGroupOfAChildThatDoesNotEnd(t *testing.T) {
	p, line := startScript(t, `trap '' TERM; sleep 300 & echo $!; wait; while :; do sleep 1; done`)
	grandchild, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if p.Stop(ctx, syscall.SIGTERM) {
		t.Error("a child that ignores the signal is said to have ended by itself")
	}
	if p.ExitCode() != 128+9 {
		t.Errorf("exit code %d, want 137", p.ExitCode())
	}
	waitGone(t, grandchild)
}

func TestCommand(t *testing.T) {
	p, _ := startScript(t, "echo ready; exec sleep 299")
	defer p.Kill()
	deadline := time.Now().Add(soon)
	for !strings.Contains(process.Command(p.PID()), "sleep 299") {
		if time.Now().After(deadline) {
			t.Fatalf("command line %q", process.Command(p.PID()))
		}
	}
	if !process.Alive(p.PID()) {
		t.Error("a running process is not alive")
	}
	p.Kill()
	if process.Alive(p.PID()) {
		t.Error("an ended process is alive")
	}
}

// startScript starts a shell script and returns the first line that it prints.
func startScript(t *testing.T, script string) (*process.Process, string) {
	t.Helper()
	cmd := exec.Command("sh", "-c", script)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p, err := process.Start(cmd, syscall.SIGTERM)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return p, strings.TrimSpace(line)
}

// waitGone waits until no process has this id, or only a zombie.
func waitGone(t *testing.T, pid int) {
	t.Helper()
	deadline := time.Now().Add(soon)
	for process.Alive(pid) && !strings.Contains(process.Command(pid), "defunct") {
		if time.Now().After(deadline) {
			t.Fatalf("process %d (%s) still runs", pid, process.Command(pid))
		}
	}
}
