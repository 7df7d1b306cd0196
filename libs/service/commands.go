package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/caarlos0/env/v11"

	"muster/libs/pg"
)

// Version is the release, and Commit that of its sources. The build sets them: -ldflags "-X muster/libs/service.Version=1.2.3".
var (
	Version = "dev"
	Commit  string
)

// BuildInfo describes the program: its release, the commit, and the version of Go.
func BuildInfo() string {
	revision, goVersion := cmp.Or(Commit, "unknown"), ""
	if info, ok := debug.ReadBuildInfo(); ok {
		goVersion = info.GoVersion
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" && Commit == "" {
				revision = setting.Value
			}
		}
	}
	return fmt.Sprintf("%s (commit %s, %s)", Version, revision, goVersion)
}

var builtins = []string{"--version", "health", "migrate", "restored", "settings"}

// builtin runs the commands that every service has, which need no complete settings. It reports false if the arguments
// are none of them.
func (b Blueprint[S]) builtin(ctx context.Context, args []string, out io.Writer) (ran bool, err error) {
	if len(args) != 1 {
		return false, nil
	}
	switch args[0] {
	case "--version":
		_, err = fmt.Fprintf(out, "%s %s\n", b.Name, BuildInfo())
	case "health":
		err = b.health(ctx)
	case "settings":
		err = b.checkSettings(out)
	case "migrate":
		err = b.migrate(ctx)
	case "restored":
		err = b.restored(ctx, out)
	default:
		return false, nil
	}
	return true, err
}

// checkSettings is "identity settings". It checks the environment like a start of the service, and reports variables that
// the service does not know.
func (b Blueprint[S]) checkSettings(out io.Writer) error {
	environment := env.ToMap(os.Environ())
	_, problems := b.Read(environment)
	for _, name := range b.Unknown(environment) {
		problems = errors.Join(problems, fmt.Errorf("%s is unknown", name))
	}
	if problems != nil {
		return fmt.Errorf("%w:\n%w", errSettings, problems)
	}
	_, err := fmt.Fprintln(out, "the settings are right")
	return err
}

// healthTimeout is shorter than the time that orchestrators give a health check.
const healthTimeout = 4 * time.Second

// health is "identity health". It asks the service on this machine, at its internal address, whether it is ready.
func (b Blueprint[S]) health(ctx context.Context) error {
	s := b.Settings()
	addr := s.common().InternalAddr
	if given := os.Getenv(problemsOf(b.Name, s).variable("INTERNAL_ADDR")); given != "" {
		addr = given
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil) //nolint:gosec // The operator's own setting says where.
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	answer, err := http.DefaultClient.Do(request) //nolint:gosec // The operator's own setting says where.
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
		return fmt.Errorf("health: status %d: %s", answer.StatusCode, text)
	}
	return nil
}

// migrate is "identity migrate". It migrates the database as its owner and ends. It needs the database's variables alone.
func (b Blueprint[S]) migrate(ctx context.Context) error {
	s := b.Settings()
	p := problemsOf(b.Name, s)
	url, owner := os.Getenv(p.variable("POSTGRES_URL")), os.Getenv(p.variable("POSTGRES_OWNER_URL"))
	p.Need(url != "", "POSTGRES_URL", "is missing")
	if err := errors.Join(p.all...); err != nil {
		return fmt.Errorf("%w:\n%w", errSettings, err)
	}
	db, err := pg.Start(ctx, url, owner, b.Migrations...)
	if err != nil {
		return err
	}
	return pg.Close(db)
}
