package service

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/caarlos0/env/v11"

	"muster/libs/pg"
	"muster/libs/service/exitcode"
	"muster/libs/telemetry"
)

// Blueprint declares a service.
type Blueprint[S Configurable] struct {
	Name string // the service's name: in logs, traces and metrics, as consumer group, and in upper case before its settings
	// Settings returns the settings, with the defaults that are not in a tag.
	Settings func() S
	// Migrations are the sets that the database needs.
	Migrations []pg.Migrations
	// Raise are statements that raise the versions of all states that the service publishes by @by, for a database that was
	// restored to an earlier time. The newest version that others act on is raised to the version itself, because a restored
	// state may differ in anything.
	Raise []string
	// Assemble connects the parts of the service and registers them with sh. It may wait for other servers until ctx is
	// done.
	Assemble func(ctx context.Context, s S, sh *Shell) error
	// Commands are what the program does instead of running the service, by its arguments: "rebuild", "admin create". The
	// shell has a database and no listeners.
	Commands map[string]func(ctx context.Context, s S, sh *Shell) error
	// Flags declares the flags of commands, whose values go into s. A command without an entry has none.
	Flags map[string]func(s S, flags *flag.FlagSet)
}

const flushTime = 5 * time.Second // for traces that have not been exported yet

// errSettings marks errors in the settings.
var errSettings = errors.New("settings")

// Main is the main function of a service. It runs the service until SIGINT or SIGTERM arrives or a part fails. The
// process then exits with 0, 1, or [exitcode.Settings]. A second signal ends it at once.
//
// Every service has the commands "migrate" (migrate the database and end), "restored" (prepare a database that was restored to
// an earlier time), "settings" (check the environment), "health" (ask the service on this machine whether it is ready) and "--version".
func (b Blueprint[S]) Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	if err := b.live(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", b.Name, err)
		if errors.Is(err, errSettings) {
			os.Exit(exitcode.Settings)
		}
		os.Exit(1)
	}
}

func (b Blueprint[S]) live(ctx context.Context) (err error) {
	if ran, err := b.builtin(ctx, os.Args[1:], os.Stdout); ran {
		return err
	}
	s, err := b.Read(env.ToMap(os.Environ()))
	if err != nil {
		return fmt.Errorf("%w:\n%w", errSettings, err)
	}
	t, err := telemetry.Setup(ctx, b.Name, s.common().LogLevel, os.Stdout)
	if err != nil {
		return err
	}
	slog.SetDefault(t.Logger) // for code that logs without having been given a logger
	defer func() {
		flush, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
		defer cancel()
		err = errors.Join(err, t.Shutdown(flush))
	}()
	around := Surroundings{Log: t.Logger, Metrics: t.Metrics, Now: time.Now}
	if len(os.Args) > 1 {
		return b.Command(ctx, os.Args[1:], s, around)
	}
	sh, err := b.Start(ctx, s, around)
	if ctx.Err() != nil && err != nil {
		return nil // stopped while it waited for a dependency
	}
	if err != nil {
		return err
	}
	return sh.Run(ctx)
}

// Read reads and checks the service's settings; see [Read].
func (b Blueprint[S]) Read(environment map[string]string) (S, error) {
	s := b.Settings()
	return s, Read(b.Name, s, environment)
}

// Command runs one of [Blueprint.Commands] by its arguments.
func (b Blueprint[S]) Command(ctx context.Context, args []string, s S, around Surroundings) error {
	run, err := b.command(args, s)
	if err != nil {
		return err
	}
	sh, err := b.open(ctx, s, around)
	if err != nil {
		return err
	}
	return errors.Join(run(ctx, s, sh), sh.close())
}

// command finds the command that the words before the first flag name, and reads its flags into s.
func (b Blueprint[S]) command(args []string, s S) (run func(context.Context, S, *Shell) error, err error) {
	words := args
	if first := slices.IndexFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "-") }); first >= 0 {
		words = args[:first]
	}
	name := strings.Join(words, " ")
	run, known := b.Commands[name]
	flags := flag.NewFlagSet(b.Name+" "+name, flag.ContinueOnError)
	if declare, has := b.Flags[name]; has {
		declare(s, flags)
	}
	if known {
		if err := flags.Parse(args[len(words):]); err != nil {
			return nil, err
		}
	}
	if !known || flags.NArg() > 0 {
		return nil, fmt.Errorf("unknown arguments: without any the service runs; the commands are %q", slices.Sorted(slices.Values(slices.Concat(builtins, slices.Collect(maps.Keys(b.Commands))))))
	}
	return run, nil
}

// open waits for the database and migrates it, or waits until it is migrated.
func (b Blueprint[S]) open(ctx context.Context, s S, around Surroundings) (*Shell, error) {
	sh, err := New(b.Name, s.common(), around)
	if err != nil {
		return nil, err
	}
	if sh.settings.AwaitMigration {
		sh.DB, err = pg.StartMigrated(ctx, sh.settings.PostgresURL, b.Migrations...)
	} else {
		sh.DB, err = pg.Start(ctx, sh.settings.PostgresURL, sh.settings.PostgresOwnerURL, b.Migrations...)
	}
	return sh, err
}

// Start assembles the service: it waits for the database, migrates it, and listens. Requests wait until [Shell.Run]
// runs it.
func (b Blueprint[S]) Start(ctx context.Context, s S, around Surroundings) (_ *Shell, err error) {
	sh, err := b.open(ctx, s, around)
	if err != nil {
		return nil, err
	}
	if err = b.Assemble(ctx, s, sh); err == nil {
		err = sh.listen(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, sh.close())
	}
	return sh, nil
}
