package stack

import (
	"os"
	"path/filepath"
	"syscall"
)

// othersBits are the permissions of group and others.
const othersBits = 0o077

// keepPrivate makes all files that this program and its children create readable only by this user, until restore is
// called, because mails and logs contain addresses and codes. It applies to the whole process.
func keepPrivate() (restore func()) {
	before := syscall.Umask(othersBits)
	return func() { syscall.Umask(before) }
}

// tighten removes access by others that an earlier run left. It skips PostgreSQL's data, which is already private to
// its account, and the downloaded programs, which that account must be able to read.
func (s *stack) tighten() error {
	dir, err := filepath.EvalSymlinks(s.settings.Dir)
	if err != nil {
		return explainFile(err, s.settings.Dir)
	}
	err = filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path == dir:
			return nil
		case entry.IsDir() && (path == filepath.Join(dir, "postgres") || path == filepath.Join(dir, "postgresql")):
			return filepath.SkipDir
		case !entry.IsDir() && !entry.Type().IsRegular():
			return nil
		}
		info, err := entry.Info()
		if err != nil || info.Mode().Perm()&othersBits == 0 {
			return err
		}
		return os.Chmod(path, info.Mode().Perm()&^othersBits)
	})
	return explainFile(err, dir)
}
