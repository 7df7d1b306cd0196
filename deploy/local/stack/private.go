package stack

import (
	"os"
	"path/filepath"
	"syscall"
)

// othersBits are the permissions of everybody but the owner.
const othersBits = 0o077

// keepPrivate has everything that this program and its children write be readable by this user alone, until restore is
// called: mails and logs hold addresses and codes. It holds for the whole process.
func keepPrivate() (restore func()) {
	before := syscall.Umask(othersBits)
	return func() { syscall.Umask(before) }
}

// tighten takes what an earlier run left open away from others. PostgreSQL's data is private to its account already, and
// its downloaded programs must stay open to that account.
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
