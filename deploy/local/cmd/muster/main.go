// Muster runs a complete Muster system on this machine: PostgreSQL, a Kafka broker, a mail catcher, the Stripe fake,
// the four services, and demo data.
//
//	go run ./deploy/local/cmd/muster --help
//	go run ./deploy/local/cmd/muster clean DIRECTORY…   # forget what stacks kept there
//
// "muster ops" is for operators of any installation: it lists and repairs what is stuck in a service.
//
// It needs only Go. Ctrl-C stops it; the next start continues with its data.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"muster/deploy/local/process"
	"muster/deploy/local/seed"
	"muster/deploy/local/stack"
)

func main() {
	os.Exit(run())
}

func run() int {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "ops":
			return operate(os.Args[2:])
		case "clean":
			return clean(os.Args[2:])
		}
	}
	settings, err := stack.ParseSettings(os.Args[1:], os.Getenv, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal kills this program
	go func() {
		<-process.GoRunGone(ctx)
		stop()
	}()
	if err := stack.Run(ctx, settings, stack.NewConsole(os.Stdout), fill); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// clean deletes the data in stacks' directories.
func clean(dirs []string) int {
	for _, dir := range dirs {
		if err := stack.Clean(context.Background(), dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return 0
}

// fill creates the demo data.
func fill(ctx context.Context, d stack.Description, users int, console *stack.Console) error {
	return seed.Run(ctx, seed.Target{
		Gateway: d.Gateway, Mail: d.Mail, Stripe: d.Stripe, Providers: d.Providers, StripeKey: d.StripeKey, PublicURL: d.PublicURL,
		Admin:      seed.Credentials(d.Admin),
		Subscriber: seed.Credentials(d.Subscriber),
	}, users, func(done, of int) { console.Progress("demo users", done, of) })
}
