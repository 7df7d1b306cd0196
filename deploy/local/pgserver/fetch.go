package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	embedded "github.com/fergusstrange/embedded-postgres"

	"muster/deploy/local/netport"
)

// fetchTimeout limits the time for downloading about 10 MB and unpacking it.
const fetchTimeout = 5 * time.Minute

// versions are the downloadable releases by major version.
var versions = map[int]embedded.PostgresVersion{
	14: embedded.V14, 15: embedded.V15, 16: embedded.V16, 17: embedded.V17, 18: embedded.V18,
}

// fetchedMajor is the version for new data if none is installed.
const fetchedMajor = 17

// fetch downloads PostgreSQL into the cache unless it is cached.
func fetch(ctx context.Context, options Options, major int) (binaries, error) {
	if major == 0 {
		major = fetchedMajor
	}
	version, ok := versions[major]
	if !ok {
		return binaries{}, fmt.Errorf("the data was made by PostgreSQL %d, which is not installed and cannot be downloaded: install it, set MUSTER_PG_BIN to its bin directory, or start afresh with make run FRESH=1", major)
	}
	cache, err := cacheDir(options)
	if err != nil {
		return binaries{}, err
	}
	home := filepath.Join(cache, string(version))
	if found, err := inspect(ctx, filepath.Join(home, "bin")); err == nil {
		return found, nil
	}
	options.progress(fmt.Sprintf("no PostgreSQL is installed: downloading %s", version))
	cause := extract(ctx, options.RepositoryURL, version, cache, home)
	found, err := inspect(ctx, filepath.Join(home, "bin"))
	if ctx.Err() != nil {
		return binaries{}, ctx.Err()
	}
	if err != nil {
		return binaries{}, fmt.Errorf("there is no PostgreSQL on this machine and it could not be downloaded (%w): install PostgreSQL %d or newer, or set MUSTER_PG_BIN to the directory of its programs", cause, oldestMajor)
	}
	return found, nil
}

// cacheDir returns the download directory, which the user that runs the server can read.
func cacheDir(options Options) (string, error) {
	dir := options.CacheDir
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("this user has no cache directory for PostgreSQL (%w): set HOME", err)
		}
		dir = filepath.Join(base, "muster", "postgres")
	}
	account, err := serverAccount()
	if err != nil {
		return "", err
	}
	return reachable(dir, account)
}

// extract downloads and unpacks a release, and moves it to home when it is complete. The library does this only while
// starting a server, so it gets data with which no server starts. If the binaries exist when it fails, its error is
// ignored.
func extract(ctx context.Context, repository string, version embedded.PostgresVersion, cache, home string) error {
	scratch, err := os.MkdirTemp(cache, "fetch-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	data := filepath.Join(scratch, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	major, _, _ := strings.Cut(string(version), ".")
	if err := os.WriteFile(filepath.Join(data, "PG_VERSION"), []byte(major+"\n"), 0o600); err != nil {
		return err
	}
	unpacked := filepath.Join(scratch, "unpacked")
	port, err := netport.Free()
	if err != nil {
		return err
	}
	config := embedded.DefaultConfig().Version(version).Port(uint32(port)).Logger(nil).
		CachePath(cache).RuntimePath(filepath.Join(scratch, "runtime")).DataPath(data).BinariesPath(unpacked)
	if repository != "" {
		config = config.BinaryRepositoryURL(strings.TrimSuffix(repository, "/"))
	}
	cause := withTimeout(ctx, fetchTimeout, func() error { return embedded.NewDatabase(config).Start() })
	if errors.Is(cause, context.DeadlineExceeded) || errors.Is(cause, context.Canceled) {
		return cause // it may still be unpacking
	}
	if _, err := inspect(ctx, filepath.Join(unpacked, "bin")); err != nil {
		return cause
	}
	account, err := serverAccount()
	if err != nil {
		return err
	}
	if err := account.own(unpacked); err != nil {
		return err
	}
	return os.Rename(unpacked, home)
}

// withTimeout runs work, which takes no context, and stops waiting for it when ctx is done or the time is up.
func withTimeout(ctx context.Context, limit time.Duration, work func() error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	result := make(chan error, 1)
	go func() { result <- work() }()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
