package e2e_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// npmPackages installs the packages that a directory of testdata locks into the user's cache, once for each content of
// the directory, and returns a directory with them and the programs that use them.
func npmPackages(t *testing.T, source string) string {
	t.Helper()
	cache, err1 := os.UserCacheDir()
	names, err2 := filepath.Glob(filepath.Join(source, "*"))
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	hash, files := sha256.New(), map[string][]byte{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = text
		fmt.Fprintln(hash, filepath.Base(name), len(text))
		hash.Write(text)
	}
	dir := filepath.Join(cache, "muster-e2e", fmt.Sprintf("%s-%x", filepath.Base(source), hash.Sum(nil)[:8]))
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		t.Fatal(err)
	}
	fresh, err := os.MkdirTemp(filepath.Dir(dir), "installing-*") // renamed when it is complete
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(fresh) })
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(fresh, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	install := exec.CommandContext(t.Context(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	install.Dir = fresh
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("npm ci (this test needs Node.js 20 or later with npm): %v\n%s", err, out)
	}
	if err := os.Rename(fresh, dir); err != nil {
		if _, other := os.Stat(dir); other != nil { // otherwise another run was faster
			t.Fatal(err)
		}
	}
	return dir
}
