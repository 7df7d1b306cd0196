package pgserver

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"muster/deploy/local/process"
)

// leftoverGrace is the time limit for each way of stopping a left-over server.
const leftoverGrace = 20 * time.Second

// clearLeftover handles the lock file of a server that was not stopped. It stops a server that still runs on this data,
// and removes a lock whose process id now belongs to another program. PostgreSQL itself handles a lock whose process is
// gone.
func (s *Server) clearLeftover(ctx context.Context) error {
	lock := filepath.Join(s.dataDir, "postmaster.pid")
	pid := lockedBy(lock)
	if pid <= 1 || !process.Alive(pid) {
		return nil
	}
	if !strings.Contains(process.Command(pid), "postgres") {
		return os.Remove(lock)
	}
	s.options.progress(fmt.Sprintf("stopping the PostgreSQL server (process %d) that an earlier run left behind", pid))
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		if err := syscall.Kill(pid, signal); err != nil && process.Alive(pid) {
			return fmt.Errorf("a PostgreSQL server (process %d) still runs on %s and cannot be stopped (%w): stop it, then start again", pid, s.dataDir, err)
		}
		if gone(ctx, pid) {
			return nil
		}
	}
	return fmt.Errorf("a PostgreSQL server (process %d) still runs on %s and does not stop: end it, then start again", pid, s.dataDir)
}

// lockedBy returns the process id in a postmaster.pid; 0 if there is none.
func lockedBy(lock string) int {
	text, err := os.ReadFile(lock)
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(first))
	return pid
}

// gone waits for the end of a process that is not a child of this one.
func gone(ctx context.Context, pid int) bool {
	ctx, cancel := context.WithTimeout(ctx, leftoverGrace)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for process.Alive(pid) {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
	return true
}
