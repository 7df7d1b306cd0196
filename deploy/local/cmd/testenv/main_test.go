package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// playVariable makes the test binary act as testenv.
const playVariable = "MUSTER_TESTENV_PLAY"

func TestMain(m *testing.M) {
	if os.Getenv(playVariable) != "" {
		main()
	}
	os.Exit(m.Run())
}

func testenv(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), playVariable+"=1")
	return cmd
}

const printServers = `echo "$MUSTER_TEST_POSTGRES $MUSTER_TEST_KAFKA"; `

// running starts testenv with a shell script that first prints the servers' addresses.
func running(t *testing.T, script string) (cmd *exec.Cmd, postgres, kafka string, rest *bufio.Reader) {
	t.Helper()
	cmd = testenv("--", "sh", "-c", printServers+script)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	rest = bufio.NewReader(out)
	line, err := rest.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	postgres, kafka, _ = strings.Cut(strings.TrimSpace(line), " ")
	return cmd, postgres, kafka, rest
}

func exitCode(t *testing.T, err error) int {
	t.Helper()
	if err == nil {
		return 0
	}
	failure, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		t.Fatal(err)
	}
	return failure.ExitCode()
}

// answers reports whether both servers answer.
func answers(t *testing.T, postgres, kafka string) (database, broker bool) {
	t.Helper()
	if conn, err := pgx.Connect(t.Context(), postgres); err == nil {
		database = true
		_ = conn.Close(context.Background())
	}
	if conn, err := net.Dial("tcp", kafka); err == nil {
		broker = true
		_ = conn.Close()
	}
	return database, broker
}

func TestServersLiveAsLongAsTheCommand(t *testing.T) {
	cmd, postgres, kafka, rest := running(t, "exec sleep 300")
	if database, broker := answers(t, postgres, kafka); !database || !broker {
		t.Errorf("while the command runs: database %v, broker %v", database, broker)
	}
	data := dataDirectory(t, postgres)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, rest)
	if got := exitCode(t, cmd.Wait()); got != 128+15 {
		t.Errorf("exit code %d, want 143", got)
	}
	if database, broker := answers(t, postgres, kafka); database || broker {
		t.Errorf("after the end: database %v, broker %v", database, broker)
	}
	if _, err := os.Stat(data); !os.IsNotExist(err) {
		t.Errorf("the data directory %s is left over: %v", data, err)
	}
}

func dataDirectory(t *testing.T, postgres string) (dir string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), postgres)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := conn.QueryRow(t.Context(), "SHOW data_directory").Scan(&dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestSignalsReachTheCommandsChildren(t *testing.T) {
	cmd, _, _, rest := running(t, `trap : TERM; sh -c 'trap "echo child; exit" TERM; echo ready; while :; do sleep 0.05; done' & wait; wait; exit 5`)
	if line, err := rest.ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("%q, %v", line, err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	output, _ := io.ReadAll(rest)
	if got := exitCode(t, cmd.Wait()); got != 5 || string(output) != "child\n" {
		t.Errorf("exit code %d, output %q", got, output)
	}
}

func TestExitCodes(t *testing.T) {
	for want, args := range map[int][]string{
		0:            {"--", "true"},
		7:            {"--", "sh", "-c", "exit 7"},
		exitUsage:    {"--"},
		exitNotFound: {"--", "no-such-program-anywhere"},
	} {
		if got := exitCode(t, testenv(args...).Run()); got != want {
			t.Errorf("%q: exit code %d, want %d", args, got, want)
		}
	}
}
