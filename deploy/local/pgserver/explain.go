package pgserver

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// fullDisk reports whether PostgreSQL's output complains about a full disk.
func fullDisk(output string) bool {
	return strings.Contains(output, "No space left on device") || strings.Contains(output, "Disk quota exceeded")
}

// explainDisk turns a file system error into a sentence that tells the reader what to do.
func explainDisk(err error, dir string) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("the disk that holds %s is full: free some space and start again", dir)
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("this user may not write to %s (%w): take ownership of that directory, or choose another with --dir", dir, err)
	default:
		return fmt.Errorf("prepare PostgreSQL's data directory %s: %w", dir, err)
	}
}

// explainWrite is explainDisk for an error that may be nil.
func explainWrite(err error, dir string) error {
	if err == nil {
		return nil
	}
	return explainDisk(err, dir)
}

// explainExit explains from the end of the log why the server ended during its start.
func explainExit(output string, dir string) error {
	switch {
	case fullDisk(output):
		return explainDisk(syscall.ENOSPC, dir)
	case strings.Contains(output, "could not create shared memory segment"), strings.Contains(output, "could not create semaphores"):
		return fmt.Errorf("this machine does not give PostgreSQL enough shared memory or semaphores: raise its kernel limits, or use a server of your own with MUSTER_POSTGRES_URL; PostgreSQL said:\n%s", lastLines(output, 6))
	default:
		return fmt.Errorf("PostgreSQL did not start on the data in %s: fix what it reports, or start afresh with make run FRESH=1; it said:\n%s", dir, lastLines(output, 10))
	}
}

// lastLines returns the last n lines of a text.
func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
