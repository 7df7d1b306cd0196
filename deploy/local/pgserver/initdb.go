package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// initMarker exists while initdb works on a data directory, to distinguish the remains of a killed initdb from data.
const initMarker = ".muster-initdb"

// initialise creates the database cluster in dir unless it exists.
func (s *Server) initialise(ctx context.Context) error {
	if !exists(s.marker()) && !s.disowned() {
		if majorOf(s.dataDir) != 0 {
			return s.account.takeOver(s.dataDir)
		}
		if err := s.refuseForeign(); err != nil {
			return err
		}
	}
	s.options.progress("making the PostgreSQL data directory " + s.dataDir)
	if err := os.WriteFile(s.marker(), nil, 0o644); err != nil {
		return explainDisk(err, s.dataDir)
	}
	var output string
	var failure error
	for _, locale := range locales() {
		if err := s.emptyDataDir(); err != nil {
			return explainDisk(err, s.dataDir)
		}
		if output, failure = s.initdb(ctx, locale); failure == nil {
			return s.finishInit()
		}
		if fullDisk(output) || ctx.Err() != nil {
			break
		}
	}
	if fullDisk(output) {
		return explainDisk(syscall.ENOSPC, s.dataDir)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("PostgreSQL's initdb failed (%w): fix what it reports, or use a server of your own with MUSTER_POSTGRES_URL; it said:\n%s", failure, lastLines(output, 10))
}

// finishInit records that the data is complete, and links to it from the requested directory.
func (s *Server) finishInit() error {
	if s.disowned() {
		if err := os.Symlink(s.dataDir, s.link); err != nil {
			return explainDisk(err, s.dataDir)
		}
	}
	// The password of earlier data in this place is not that of the new data.
	if err := os.RemoveAll(s.passwordFile()); err != nil {
		return explainDisk(err, s.dataDir)
	}
	return os.Remove(s.marker())
}

// refuseForeign prevents a directory that is not PostgreSQL's from being emptied.
func (s *Server) refuseForeign() error {
	entries, err := os.ReadDir(s.dataDir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return explainDisk(err, s.dataDir)
	case len(entries) > 0:
		return fmt.Errorf("%s holds something that is not PostgreSQL's: move it away, or choose another directory with --dir", s.dataDir)
	}
	return nil
}

// marker is next to the data directory, because initdb requires an empty one.
func (s *Server) marker() string { return s.dataDir + initMarker }

// emptyDataDir recreates the directory as PostgreSQL requires it: empty, and private to the account that runs it.
func (s *Server) emptyDataDir() error {
	if err := os.RemoveAll(s.dataDir); err != nil {
		return err
	}
	if err := os.Mkdir(s.dataDir, 0o700); err != nil {
		return err
	}
	return s.account.own(s.dataDir)
}

// locales are the flags to try. Case folding must work for all alphabets, but text should sort by code point, whatever
// the machine's language. C.UTF-8 does both; where the system lacks it, PostgreSQL 17 has its own.
func locales() [][]string {
	system, builtin := []string{"--locale=C.UTF-8"}, []string{"--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"}
	if runtime.GOOS == "linux" {
		return [][]string{system, builtin, {"--locale=C"}}
	}
	return [][]string{builtin, system, {"--locale=en_US.UTF-8"}, {"--locale=C"}}
}

func (s *Server) initdb(ctx context.Context, locale []string) (output string, err error) {
	args := append([]string{"-D", s.dataDir, "-U", superuser, "-E", "UTF8", "--auth=reject"}, locale...) // see secure
	if s.options.Throwaway {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, s.binaries.path("initdb"), args...)
	s.prepare(cmd)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// prepare makes a command run as the server's account, in a directory that it can enter, with English messages.
func (s *Server) prepare(cmd *exec.Cmd) {
	cmd.Dir = filepath.Dir(s.dataDir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.account.credential()}
	for _, setting := range os.Environ() {
		if strings.HasPrefix(setting, "PG") || strings.HasPrefix(setting, "LC_") || strings.HasPrefix(setting, "LANG") {
			continue
		}
		cmd.Env = append(cmd.Env, setting)
	}
	cmd.Env = append(cmd.Env, "LC_ALL=C")
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
