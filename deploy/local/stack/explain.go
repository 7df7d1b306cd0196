package stack

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// explainFile turns an error about a file in the stack's directory into a sentence that tells the reader what to do.
func explainFile(err error, path string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("the disk that holds %s is full: free some space and start again", path)
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("this user may not write to %s (%w): take ownership of it, or choose another directory with --dir", path, err)
	default:
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
}
