package stack

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"muster/deploy/local/pgserver"
)

// lock prevents a second stack in the directory. The operating system releases it when this program ends for any
// reason.
func lock(dir string) (unlock func(), err error) {
	if err := pgserver.Private(dir); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "lock")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, explainFile(err, path)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer file.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("cannot lock %s: %w", path, err)
		}
		holder, _ := os.ReadFile(path)
		return nil, fmt.Errorf("a stack already runs in %s (process %s): use that one, stop it with Ctrl-C, or choose another directory and free ports with --dir and --free-ports", dir, strings.TrimSpace(string(holder)))
	}
	if err := file.Truncate(0); err == nil {
		_, _ = file.WriteAt(fmt.Appendln(nil, os.Getpid()), 0)
	}
	return func() { _ = file.Close() }, nil
}
