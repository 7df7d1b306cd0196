package supervise

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"muster/deploy/local/process"
)

// probeInterval is how often a program's readiness is probed.
const probeInterval = 50 * time.Millisecond

// probeTimeout is the time limit of one probe.
const probeTimeout = 2 * time.Second

// tailLines and tailBytes limit how much of a log an error quotes.
const (
	tailLines = 12
	tailBytes = 8 << 10
)

// launch starts the program with its output in its log file, and records it as the running one.
func (s *Supervisor) launch() (*process.Process, error) {
	if err := os.MkdirAll(filepath.Dir(s.program.LogFile), 0o700); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(s.program.LogFile, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log of %s: %w", s.program.Name, err)
	}
	defer log.Close() // the child has its own file descriptor
	cmd := exec.Command(s.program.Path, s.program.Args...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = s.program.Env, s.program.Dir, log, log
	child, err := process.Start(cmd, syscall.SIGTERM)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", s.program.Name, err)
	}
	s.set(func() { s.child, s.status.PID, s.status.State = child, child.PID(), Starting })
	return child, nil
}

// probe polls until the answer is 200, and reports whether it ever was.
func probe(ctx context.Context, url string) bool {
	tick := time.NewTicker(probeInterval)
	defer tick.Stop()
	for {
		if answersOK(ctx, url) {
			return ctx.Err() == nil
		}
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
}

func answersOK(ctx context.Context, url string) bool {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

func logSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// logTail returns the last lines of a log, without the first from bytes.
func logTail(path string, from int64) string {
	file, err := os.Open(path)
	if err != nil {
		return "(" + err.Error() + ")"
	}
	defer file.Close()
	from = max(from, logSize(path)-tailBytes)
	buffer := make([]byte, tailBytes)
	n, _ := file.ReadAt(buffer, from)
	text := strings.TrimSpace(string(buffer[:n]))
	if text == "" {
		return "(nothing)"
	}
	lines := strings.Split(text, "\n")
	return strings.Join(lines[max(0, len(lines)-tailLines):], "\n")
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return strings.TrimSuffix(line, " and ends with:")
}
