// Package golden compares generated files, such as documents and schemas, with what the code generates now.
package golden

import (
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write the files that are made from the code anew")

// Updating reports whether the test runs with -update, which rewrites generated files.
func Updating() bool { return *update }

// File fails the test if the file's content is not exactly want. With -update it writes the file first.
func File(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: write it with -update", err)
	}
	if string(have) != want {
		t.Errorf("%s is not what the code says: write it anew with -update, and look at what changed", path)
	}
}
