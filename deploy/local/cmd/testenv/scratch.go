package main

import (
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// scratchPrefix is the name prefix of the directories for temporary files, and scratchAge the age from which one that
// no testenv holds counts as left behind.
const (
	scratchPrefix = "muster-testenv-"
	scratchAge    = time.Hour
)

// useMemory makes this process and the command create temporary files in memory, where the machine allows that: a
// database has about 300 files, and the tests create hundreds of databases, which takes ten times as long on a disk.
// The go command keeps its own files on the disk. done removes the files.
func useMemory() (done func(), err error) {
	memory := memoryDir()
	if memory == "" {
		return func() {}, nil
	}
	sweep(memory)
	dir, err := os.MkdirTemp(memory, scratchPrefix)
	if err != nil {
		return nil, err
	}
	held, err := hold(dir)
	if err != nil {
		return nil, err
	}
	done = func() { _ = os.RemoveAll(dir); _ = held.Close() }
	variables := map[string]string{"TMPDIR": dir}
	if os.Getenv("GOTMPDIR") == "" {
		variables["GOTMPDIR"] = os.TempDir()
	}
	for name, value := range variables {
		if err := os.Setenv(name, value); err != nil {
			done()
			return nil, err
		}
	}
	return done, os.Chmod(dir, 0o755) // as root, PostgreSQL runs as another user
}

// hold locks a directory until the returned file is closed. It fails if another process holds it.
func hold(dir string) (*os.File, error) {
	file, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

// sweep removes what killed runs left in memory. It ignores failures because this is only housekeeping.
func sweep(memory string) {
	dirs, _ := filepath.Glob(filepath.Join(memory, scratchPrefix+"*"))
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil || time.Since(info.ModTime()) < scratchAge {
			continue
		}
		if left, err := hold(dir); err == nil {
			_ = os.RemoveAll(dir)
			_ = left.Close()
		}
	}
}
