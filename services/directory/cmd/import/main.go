// Command import uploads a roster of legacy users to a running Muster as an administrator. After an interruption, the
// same command resumes the import.
//
//	import [-id ID] [-dry-run] [-format FORMAT [-plain-passwords] [-activate]] roster.ndjson
//
// With a format, the file is a dump of Thunder's store (see package thunderdump). It is first read once, to find items
// that cannot be converted, and converted again while it is uploaded.
//
// Progress goes to stderr. Each failed row goes to stdout, one per line: line number, legacy id, code and message,
// separated by tabs. So does each item of a dump that cannot be converted; its position in the dump is its line. The exit code is 0 when every row succeeded, 1 when some failed, 2 when the import did not finish.
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

	"muster/services/directory/internal/thunderdump"
)

// Exit codes.
const (
	exitFailedRows = 1
	exitUnfinished = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal kills the process
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// run is main with its environment as parameters.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	o, err := parse(args, getenv, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "import:", err)
		return exitUnfinished
	}
	lost, err := o.survey(stdout)
	if err != nil {
		fmt.Fprintln(stderr, "import:", err)
		return exitUnfinished
	}
	if lost > 0 {
		fmt.Fprintf(stderr, "%d items of the dump cannot be converted and are left out\n", lost)
	}
	u := &upload{options: o, api: newAPI(o), progress: stderr}
	result, err := u.run(ctx)
	if err != nil {
		fmt.Fprintf(stderr, "import %s: %v\nThe same command goes on where this one ended.\n", o.id, err)
		return exitUnfinished
	}
	fmt.Fprintln(stderr, result)
	if result.Pending > 0 {
		fmt.Fprintf(stderr, "%d of the activated users are still being made.\n", result.Pending)
	}
	if result.Failed > 0 {
		if err := u.reportFailures(ctx, stdout); err != nil {
			fmt.Fprintln(stderr, "import:", err)
		}
	}
	if result.Failed > 0 || lost > 0 {
		return exitFailedRows
	}
	return 0
}

// options are the values from the command line and the environment.
type options struct {
	url, email, password string
	file, id             string
	dryRun               bool
	// dump says how to convert the file. The zero value means that it is a roster.
	dump thunderdump.Options
}

const (
	localURL      = "http://127.0.0.1:8080"
	localEmail    = "admin@muster.local"
	localPassword = "muster-admin-demo" //nolint:gosec // printed by `make run`, not a secret
)

// parse reads the options. The local stack's credentials are the default only when the URL is the local stack's.
func parse(args []string, getenv func(string) string, output io.Writer) (options, error) {
	o := options{url: getenv("MUSTER_URL"), email: getenv("MUSTER_ADMIN_EMAIL"), password: getenv("MUSTER_ADMIN_PASSWORD")}
	flags := flag.NewFlagSet("import", flag.ContinueOnError)
	flags.SetOutput(output)
	flags.StringVar(&o.id, "id", "", "import id; made of the file's content when it is left out")
	flags.BoolVar(&o.dryRun, "dry-run", false, "check everything and import nothing")
	flags.StringVar((*string)(&o.dump.Format), "format", "", fmt.Sprintf("what the file is: %s or %s; a roster when it is left out", thunderdump.DynamoDB, thunderdump.MongoDB))
	flags.BoolVar(&o.dump.PlainPasswords, "plain-passwords", false, "Thunder stored plain passwords (its algorithm simple)")
	flags.BoolVar(&o.dump.Activate, "activate", false, "create the accounts at once instead of at the first sign-in")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() != 1 || flags.Arg(0) == "" {
		return o, errors.New("name one file: make import FILE=roster.ndjson")
	}
	o.file = flags.Arg(0)
	if o.dump.Format == "" && (o.dump.PlainPasswords || o.dump.Activate) {
		return o, errors.New("-plain-passwords and -activate are for dumps: add -format")
	}
	if o.url == "" {
		o.url = localURL
	}
	if o.url == localURL && o.email == "" && o.password == "" {
		o.email, o.password = localEmail, localPassword
	}
	if o.email == "" || o.password == "" {
		return o, errors.New("set MUSTER_ADMIN_EMAIL and MUSTER_ADMIN_PASSWORD to an administrator's credentials")
	}
	return o, nil
}
