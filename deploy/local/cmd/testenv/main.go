// Testenv runs a command with the servers that Muster's tests need: a throwaway PostgreSQL and an in-memory Kafka
// broker.
//
//	go run ./deploy/local/cmd/testenv -- go test ./services/billing/...
//
// The command finds them in MUSTER_TEST_POSTGRES (a URL of a superuser) and MUSTER_TEST_KAFKA (host:port). Both servers
// end with the command, and testenv exits with its exit code. On Linux, temporary files (TMPDIR) are in /dev/shm if it
// has 4 GiB to spare.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"muster/deploy/local/broker"
	"muster/deploy/local/pgserver"
	"muster/deploy/local/process"
)

// Testenv's own exit codes, following shells.
const (
	exitFailure  = 1
	exitUsage    = 2
	exitNoRun    = 126
	exitNotFound = 127
)

// commandGrace is how long the command may take to end after a signal before it is killed.
const commandGrace = 15 * time.Second

func main() {
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: testenv -- command [argument…]")
		return exitUsage
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)

	go func() {
		<-process.GoRunGone(context.Background())
		signals <- syscall.SIGTERM
	}()

	removeScratch, err := useMemory()
	if err != nil {
		fmt.Fprintln(os.Stderr, "testenv:", err)
		return exitFailure
	}
	defer removeScratch()
	environment, stop, err := start(signals)
	if err != nil {
		fmt.Fprintln(os.Stderr, "testenv:", err)
		return exitFailure
	}
	defer stop()
	return execute(args, environment, signals)
}

// start starts both servers and returns the variables that point to them. A signal interrupts it.
func start(signals <-chan os.Signal) (environment []string, stop func(), err error) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	watched := make(chan struct{})
	defer close(watched)
	go func() {
		select {
		case received := <-signals:
			cancel(fmt.Errorf("stopped by %v", received))
		case <-watched:
		}
	}()

	postgres, err := pgserver.Start(ctx, pgserver.Options{
		Throwaway:     true,
		BinDir:        os.Getenv("MUSTER_PG_BIN"),
		RepositoryURL: os.Getenv("MUSTER_PG_REPOSITORY"),
	})
	if err != nil {
		return nil, nil, errors.Join(context.Cause(ctx), err)
	}
	kafka, err := broker.Start(broker.Options{Throwaway: true})
	if err != nil {
		postgres.Stop()
		return nil, nil, err
	}
	environment = []string{"MUSTER_TEST_POSTGRES=" + postgres.URL(), "MUSTER_TEST_KAFKA=" + kafka.Addr()}
	return environment, func() { kafka.Close(); postgres.Stop() }, nil
}

// execute runs the command in a process group of its own, forwards signals to that group, and returns its exit code.
func execute(args, environment []string, signals <-chan os.Signal) int {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	command, err := process.Start(cmd, syscall.SIGTERM)
	if err != nil {
		fmt.Fprintln(os.Stderr, "testenv:", err)
		if errors.Is(err, exec.ErrNotFound) {
			return exitNotFound
		}
		return exitNoRun
	}
	var overdue <-chan time.Time
	for {
		select {
		case <-command.Done():
			return command.ExitCode()
		case received := <-signals:
			_ = command.SignalGroup(received.(syscall.Signal))
			overdue = time.After(commandGrace)
		case <-overdue:
			command.Kill()
		}
	}
}
