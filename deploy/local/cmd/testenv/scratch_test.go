package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTemporaryFilesAreRemoved(t *testing.T) {
	cmd := testenv("--", "sh", "-c", `file=$(mktemp) && chmod 644 "$file" && echo "$file"`)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	file := strings.TrimSpace(string(out))
	if memory := memoryDir(); memory != "" {
		if !strings.HasPrefix(file, memory) {
			t.Errorf("%s is not in %s", file, memory)
		}
		if _, err := os.Stat(filepath.Dir(file)); !os.IsNotExist(err) {
			t.Errorf("%s is left over: %v", filepath.Dir(file), err)
		}
	}
}

func TestWhatKilledRunsLeftIsSwept(t *testing.T) {
	memory := t.TempDir()
	long := time.Now().Add(-2 * scratchAge)
	made := func(name string, at time.Time) string {
		dir := filepath.Join(memory, name)
		if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(dir, at, at); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	left, held, young, foreign := made(scratchPrefix+"1", long), made(scratchPrefix+"2", long), made(scratchPrefix+"3", time.Now()), made("other", long)
	holder, err := hold(held)
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	sweep(memory)
	for dir, want := range map[string]bool{left: false, held: true, young: true, foreign: true} {
		if _, err := os.Stat(dir); (err == nil) != want {
			t.Errorf("%s: %v, want it kept: %v", dir, err, want)
		}
	}
}
