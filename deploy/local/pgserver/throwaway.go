package pgserver

import (
	"os"
	"path/filepath"
	"time"

	"muster/deploy/local/process"
)

// throwawayPrefix is the name prefix of temporary data directories.
const throwawayPrefix = "muster-pg-"

// throwawayAge is the age from which a temporary data directory without a server counts as left behind.
const throwawayAge = time.Hour

// throwawayDir creates a temporary directory that the account can reach, and removes those that killed runs left
// behind.
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

// sweep removes old temporary data directories without a running server. It ignores failures because this is only
// housekeeping.
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
