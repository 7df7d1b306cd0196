package pgserver

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fakeBinaries creates a directory whose programs report the given version.
func fakeBinaries(t *testing.T, version string) string {
	t.Helper()
	dir := t.TempDir()
	script := "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + "'\n"
	for _, program := range []string{"initdb", "postgres"} {
		if err := os.WriteFile(filepath.Join(dir, program), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFindTakesTheNamedDirectory(t *testing.T) {
	dir := fakeBinaries(t, "16.4 (Debian 16.4-1)")
	found, err := find(t.Context(), Options{BinDir: dir}, 16)
	if err != nil || found.dir != dir || found.major != 16 {
		t.Errorf("got %+v, %v", found, err)
	}
}

func TestFindRefusesANamedDirectoryThatDoesNotFit(t *testing.T) {
	for name, test := range map[string]struct {
		dir   string
		major int
		want  string
	}{
		"no programs":      {t.TempDir(), 0, "there is no program initdb in it"},
		"no such place":    {"/nonexistent", 0, "set it to the directory that holds initdb and postgres"},
		"too old":          {fakeBinaries(t, "12.3"), 0, "Muster needs 14 or newer"},
		"not of the data":  {fakeBinaries(t, "16.4"), 15, "start afresh with make run FRESH=1"},
		"not a PostgreSQL": {fakeBinaries(t, "devel"), 0, "does not say its version"},
	} {
		_, err := find(t.Context(), Options{BinDir: test.dir}, test.major)
		if err == nil || !strings.Contains(err.Error(), "MUSTER_PG_BIN") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNewestFirst(t *testing.T) {
	dirs := []string{"/usr/lib/postgresql/9/bin", "/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/17/bin"}
	slices.SortFunc(dirs, newestFirst)
	if dirs[0] != "/usr/lib/postgresql/17/bin" || dirs[2] != "/usr/lib/postgresql/9/bin" {
		t.Errorf("got %v", dirs)
	}
}
