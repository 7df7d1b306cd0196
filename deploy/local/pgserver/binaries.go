package pgserver

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldestMajor is the oldest PostgreSQL version with which Muster is tested.
const oldestMajor = 14

// binaries is one installed PostgreSQL.
type binaries struct {
	dir   string
	major int
}

func (b binaries) path(program string) string { return filepath.Join(b.dir, program) }

// find returns the PostgreSQL to use: the one in the options, else an installed one, else a downloaded one. An existing
// data directory can only be used with the major version that created it; major is 0 for a new one.
func find(ctx context.Context, options Options, major int) (binaries, error) {
	if options.BinDir != "" {
		return named(ctx, options.BinDir, major)
	}
	for _, dir := range places(ctx) {
		found, err := inspect(ctx, dir)
		if err == nil && found.major >= oldestMajor && (major == 0 || found.major == major) {
			return found, nil
		}
	}
	if ctx.Err() != nil {
		return binaries{}, ctx.Err() // cancellation may have made an installed one look unusable
	}
	return fetch(ctx, options, major)
}

// named accepts only the directory that the user chose.
func named(ctx context.Context, dir string, major int) (binaries, error) {
	found, err := inspect(ctx, dir)
	switch {
	case err != nil:
		return binaries{}, fmt.Errorf("MUSTER_PG_BIN is %s, but %w: set it to the directory that holds initdb and postgres, or unset it", dir, err)
	case found.major < oldestMajor:
		return binaries{}, fmt.Errorf("MUSTER_PG_BIN is %s, which holds PostgreSQL %d: Muster needs %d or newer", dir, found.major, oldestMajor)
	case major != 0 && found.major != major:
		return binaries{}, fmt.Errorf("MUSTER_PG_BIN is %s, which holds PostgreSQL %d, but the data was made by %d: set it to PostgreSQL %d, or start afresh with make run FRESH=1", dir, found.major, major, major)
	}
	return found, nil
}

// places lists the directories that may have binaries, best first.
func places(ctx context.Context) []string {
	var dirs []string
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",                               // Debian, Ubuntu
		"/usr/pgsql-*/bin",                                        // Red Hat, by PostgreSQL's own packages
		"/opt/homebrew/opt/postgresql@*/bin",                      // Homebrew, Apple silicon
		"/usr/local/opt/postgresql@*/bin",                         // Homebrew, Intel
		"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",         // Homebrew, Linux
		"/Applications/Postgres.app/Contents/Versions/[0-9]*/bin", // Postgres.app
		"/usr/libexec/postgresql[0-9]*",                           // Alpine
		"/opt/local/lib/postgresql*/bin",                          // MacPorts
	} {
		found, _ := filepath.Glob(pattern)
		slices.SortFunc(found, newestFirst)
		dirs = append(dirs, found...)
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	return dirs
}

var number = regexp.MustCompile(`\d+`)

// newestFirst sorts directories by the version number in their names.
func newestFirst(a, b string) int {
	version := func(dir string) int {
		n, _ := strconv.Atoi(number.FindString(dir))
		return n
	}
	return version(b) - version(a)
}

// inspect checks that dir has a server's binaries and reads their version.
func inspect(ctx context.Context, dir string) (binaries, error) {
	for _, program := range []string{"initdb", "postgres"} {
		info, err := os.Stat(filepath.Join(dir, program))
		if err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return binaries{}, fmt.Errorf("there is no program %s in it", program)
		}
	}
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return binaries{}, fmt.Errorf("its postgres does not run (%w)", err)
	}
	major, err := strconv.Atoi(number.FindString(string(out)))
	if err != nil {
		return binaries{}, fmt.Errorf("its postgres does not say its version (%q)", out)
	}
	return binaries{dir: dir, major: major}, nil
}

// majorOf returns the major version that created a data directory; 0 if the directory is empty.
func majorOf(dataDir string) int {
	text, err := os.ReadFile(filepath.Join(dataDir, "PG_VERSION"))
	if err != nil {
		return 0
	}
	major, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return major
}
