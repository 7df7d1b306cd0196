// Command import uploads a roster of legacy users to a running Muster as an administrator. After an interruption, the
// same command resumes the import.
//
//	import [-id ID] [-dry-run] roster.ndjson
//
// Progress goes to stderr. Each failed row goes to stdout, one per line: line number, legacy id, code and message,
// separated by tabs. The exit code is 0 when every row succeeded, 1 when some failed, 2 when the import did not finish.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
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
	if result.Failed == 0 {
		return 0
	}
	if err := u.reportFailures(ctx, stdout); err != nil {
		fmt.Fprintln(stderr, "import:", err)
	}
	return exitFailedRows
}

// options are the values from the command line and the environment.
type options struct {
	url, email, password string
	file, id             string
	dryRun               bool
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
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() != 1 || flags.Arg(0) == "" {
		return o, errors.New("name one file: make import FILE=roster.ndjson")
	}
	o.file = flags.Arg(0)
	if o.url == "" {
		o.url = localURL
	}
	if o.url == localURL && o.email == "" && o.password == "" {
		o.email, o.password = localEmail, localPassword
	}
	if o.email == "" || o.password == "" {
		return o, errors.New("set MUSTER_ADMIN_EMAIL and MUSTER_ADMIN_PASSWORD to an administrator's credentials")
	}
	if o.id == "" {
		id, err := idOf(o.file, o.dryRun)
		if err != nil {
			return o, err
		}
		o.id = id
	}
	return o, nil
}

// idOf derives an import's id from the file's content, so a different file is a different import.
func idOf(file string, dryRun bool) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", fmt.Errorf("read %s: %w", file, err)
	}
	id := hex.EncodeToString(sum.Sum(nil))[:32]
	if dryRun {
		id = "dry-" + id
	}
	return id, nil
}
