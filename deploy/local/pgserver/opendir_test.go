package pgserver

import (
	"os"
	"testing"
)

// OpenDir creates a temporary directory that every user may enter, unlike that of [testing.T.TempDir].
func OpenDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "muster-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}
