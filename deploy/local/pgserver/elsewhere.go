package pgserver

import (
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"muster/deploy/local/process"
)

// substitutePrefix is the name prefix of directories that replace those that the server's account cannot reach.
const substitutePrefix = "/var/tmp/muster-"

// originFile is a file in a substitute that names the directory that it replaces.
const originFile = "origin"

// elsewhere creates the substitute for a directory that the account cannot reach, and the directory itself: when that
// is deleted, the substitute is no longer needed.
func elsewhere(dir string, account *account) (string, error) {
	sweepSubstitutes()
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(dir))
	substitute := fmt.Sprintf("%s%016x", substitutePrefix, hash.Sum64())
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", explainDisk(err, dir)
	}
	if err := os.Mkdir(substitute, 0o700); err != nil && !os.IsExist(err) {
		return "", explainDisk(err, substitute)
	}
	if !ours(substitute, account) {
		return "", fmt.Errorf("%s belongs to somebody else: remove it and start again", substitute)
	}
	err := errors.Join(account.private(substitute), os.WriteFile(filepath.Join(substitute, originFile), []byte(dir), 0o600))
	return substitute, explainWrite(err, substitute)
}

// ours reports whether a substitute was created by this program: anybody can write to /var/tmp.
func ours(substitute string, account *account) bool {
	info, err := os.Lstat(substitute)
	if err != nil || !info.IsDir() {
		return false
	}
	owner := info.Sys().(*syscall.Stat_t).Uid
	return owner == 0 || account != nil && owner == account.uid
}

// sweepSubstitutes removes substitutes of deleted directories. It ignores failures because this is only housekeeping.
func sweepSubstitutes() {
	substitutes, _ := filepath.Glob(substitutePrefix + "*")
	for _, substitute := range substitutes {
		origin, err := os.ReadFile(filepath.Join(substitute, originFile))
		if err != nil || !ours(substitute, nil) || exists(string(origin)) || inUse(substitute) {
			continue
		}
		_ = os.RemoveAll(substitute)
	}
}

// inUse reports whether a server runs on data below a directory.
func inUse(dir string) bool {
	locks, _ := filepath.Glob(filepath.Join(dir, "*", "postmaster.pid"))
	for _, lock := range locks {
		if pid := lockedBy(lock); pid > 1 && process.Alive(pid) && strings.Contains(process.Command(pid), "postgres") {
			return true
		}
	}
	return false
}
