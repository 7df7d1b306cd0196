// Benchdata creates the data for `make bench`: a stack's directory with the requested number of users.
//
//	go run ./deploy/local/cmd/benchdata --users 1000000
//
// It starts a stack in the directory once, so that the services create their databases and topics, stops the services,
// and fills the databases by COPY. It deletes the directory's previous data first.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"muster/deploy/local/benchdata"
	"muster/deploy/local/process"
	"muster/deploy/local/stack"
)

func main() {
	os.Exit(run())
}

func run() int {
	users := flag.Int("users", 1_000_000, "how many users to make")
	dir := flag.String("dir", ".muster-bench", "directory for the data, relative to the repository")
	flag.Parse()
	settings, err := stack.ParseSettings([]string{"--fresh", "--free-ports", "--dir", *dir}, os.Getenv, io.Discard)
	if *users < 1 {
		err = errors.Join(err, errors.New("--users must be at least 1"))
	}
	if settings.PostgresURL != "" || settings.KafkaBrokers != "" || settings.SMTPURL != "" || settings.StripeSecretKey != "" {
		err = errors.Join(err, errors.New("the data is for a stack with servers of its own: unset the MUSTER_ variables that name others"))
	}
	if err == nil {
		err = fill(settings, *users)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// fill runs a stack while it is being filled.
func fill(settings stack.Settings, users int) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	go func() {
		<-process.GoRunGone(ctx)
		stop()
	}()
	running, done := context.WithCancel(ctx)
	failure := errors.New("interrupted: the data is not complete, make it again")
	seed := func(_ context.Context, d stack.Description, users int, console *stack.Console) error {
		defer done()
		failure = benchdata.Make(ctx, settings.Dir, d, users, console.Say)
		return nil
	}
	settings.Seed, settings.Users = true, users
	if err := stack.Run(running, settings, stack.NewConsole(os.Stdout), seed); err != nil {
		return err
	}
	return failure
}
