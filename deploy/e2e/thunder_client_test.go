package e2e_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestThundersOwnClient runs the npm package thunder-client against the gateway.
func TestThundersOwnClient(t *testing.T) {
	modules := thunderClient(t)
	script, err := filepath.Abs("testdata/thunder/client.js")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", script, muster.Gateway, "application", "secret", fmt.Sprintf("thunder-%d", run))
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules, "NODE_OPTIONS=--no-deprecation")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// thunderClient installs the package that testdata/thunder locks, once, into the user's cache directory, and returns the
// directory of its modules.
func thunderClient(t *testing.T) string {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%v: this test runs Thunder's own client; install Node.js 18 or newer", err)
		}
	}
	locked, err1 := os.ReadFile("testdata/thunder/package-lock.json")
	declared, err2 := os.ReadFile("testdata/thunder/package.json")
	cache, err3 := os.UserCacheDir()
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(locked)
	dir := filepath.Join(cache, "muster", "thunder-client-"+hex.EncodeToString(sum[:6]))
	modules := filepath.Join(dir, "node_modules")
	if _, err := os.Stat(modules); err == nil {
		return modules
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	fresh, err := os.MkdirTemp(filepath.Dir(dir), "installing-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(fresh) })
	err1 = os.WriteFile(filepath.Join(fresh, "package-lock.json"), locked, 0o600)
	err2 = os.WriteFile(filepath.Join(fresh, "package.json"), declared, 0o600)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	install := exec.CommandContext(t.Context(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	install.Dir = fresh
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	if err := os.Rename(fresh, dir); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	return modules
}
