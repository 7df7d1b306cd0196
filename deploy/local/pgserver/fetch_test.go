package pgserver

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// repository is a Maven repository with PostgreSQL 17.5 for every platform: testdata/release.txz, whose programs are
// shell scripts that print their version.
func repository(t *testing.T) (url string, downloads *int) {
	t.Helper()
	release, err := os.ReadFile(filepath.Join("testdata", "release.txz"))
	if err != nil {
		t.Fatal(err)
	}
	var jar bytes.Buffer
	archive := zip.NewWriter(&jar)
	file, err := archive.Create("postgres.txz")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(release); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	downloads = new(int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "-17.5.0.jar") {
			http.NotFound(w, r)
			return
		}
		*downloads++
		_, _ = w.Write(jar.Bytes())
	}))
	t.Cleanup(server.Close)
	return server.URL, downloads
}

func TestFetchDownloadsOnce(t *testing.T) {
	url, downloads := repository(t)
	var said []string
	options := Options{CacheDir: OpenDir(t), RepositoryURL: url, Progress: func(m string) { said = append(said, m) }}
	for range 2 {
		found, err := fetch(t.Context(), options, 0)
		if err != nil {
			t.Fatal(err)
		}
		if found.major != 17 || !exists(found.path("initdb")) {
			t.Errorf("fetched %+v", found)
		}
	}
	if *downloads != 1 || len(said) != 1 || !strings.Contains(said[0], "downloading 17") {
		t.Errorf("%d downloads, said %q", *downloads, said)
	}
}

func TestFetchWithoutNetworkSaysWhatToDo(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	_, err := fetch(t.Context(), Options{CacheDir: OpenDir(t), RepositoryURL: server.URL}, 0)
	if err == nil || !strings.Contains(err.Error(), "install PostgreSQL 14 or newer, or set MUSTER_PG_BIN") {
		t.Errorf("got %v", err)
	}
}

func TestFetchOfAnUnknownVersionSaysWhatToDo(t *testing.T) {
	_, err := fetch(t.Context(), Options{CacheDir: OpenDir(t)}, 9)
	if err == nil || !strings.Contains(err.Error(), "made by PostgreSQL 9") {
		t.Errorf("got %v", err)
	}
}

func TestAnInterruptedSearchFetchesNothing(t *testing.T) {
	url, downloads := repository(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := find(ctx, Options{CacheDir: OpenDir(t), RepositoryURL: url}, 0)
	if !errors.Is(err, context.Canceled) || *downloads != 0 {
		t.Errorf("got %v after %d downloads", err, *downloads)
	}
}

func TestAFetchedReleaseIsWholeOrNotThere(t *testing.T) {
	url, _ := repository(t)
	cache := OpenDir(t)
	found, err := fetch(t.Context(), Options{CacheDir: cache, RepositoryURL: url}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(cache, "17.5.0", "bin"); found.dir != want {
		t.Errorf("the programs are in %s, want %s", found.dir, want)
	}
	if scratch, _ := filepath.Glob(filepath.Join(cache, "fetch-*")); len(scratch) > 0 {
		t.Errorf("left over: %v", scratch)
	}
}
