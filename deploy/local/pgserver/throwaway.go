package pgserver

import (
	"os"
	"path/filepath"
	"time"

	"muster/deploy/local/process"
)

// throwawayPrefix begins the names of temporary data directories.
const throwawayPrefix = "muster-pg-"

// throwawayAge is how old a temporary data directory without a server must be before it counts as left behind.
const throwawayAge = time.Hour

// throwawayDir makes a temporary directory that the account can reach, and removes those that killed runs left.
func throwawayDir(account *account) (string, error) {
	parent := os.TempDir()
	if account != nil && !account.enters(parent) {
		parent = "/var/tmp"
	}
	sweep(parent)
	dir, err := os.MkdirTemp(parent, throwawayPrefix)
	if err != nil {
		return "", explainDisk(err, parent)
	}
	return dir, account.private(dir)
}

// sweep removes old temporary data directories that no server runs on. Failures do not matter: it is housekeeping.
func sweep(parent string) {
	dirs, _ := filepath.Glob(filepath.Join(parent, throwawayPrefix+"*"))
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil || time.Since(info.ModTime()) < throwawayAge {
			continue
		}
		if pid := lockedBy(filepath.Join(dir, "data", "postmaster.pid")); pid == 0 || !process.Alive(pid) {
			_ = os.RemoveAll(dir)
		}
	}
}
