package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// stack describes the running system, as in `.muster/stack.json`.
type stack struct {
	Gateway   string `json:"gateway"`
	Mail      string `json:"mail"`
	Stripe    string `json:"stripe"`
	Providers string `json:"providers"`
	Kafka     string `json:"kafka"`
	Postgres  string `json:"postgres"`
	Logs      string `json:"logs"`
	Control   string `json:"control"`
	StripeKey string `json:"stripeKey"`
	// Services maps services to where they are, and to the processes that they were at first.
	Services map[string]struct {
		URL      string `json:"url"`
		Internal string `json:"internal"`
		PID      int    `json:"pid"`
	} `json:"services"`
	// Databases maps services to the URLs of their databases.
	Databases  map[string]string `json:"databases"`
	Admin      credentials       `json:"admin"`
	Subscriber credentials       `json:"subscriber"`
}

type credentials struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

// muster is the system that all tests of this package share. Each test creates its own users in it.
var muster stack

// program is the muster binary that started the stack; empty for a stack that was already running.
var program string

// ownStack reports that this package started the stack.
var ownStack bool

// traced reports that the services of the stack export their spans to this process. Beside benchmarks they do not: it takes
// processor time in each of them and here, on the processors that are measured.
var traced bool

// The setting that names the description of a running stack to be tested instead of a new one.
const existingStack = "MUSTER_E2E_STACK"

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := runWithStack(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "end-to-end tests:", err)
		code = 1
	}
	os.Exit(code)
}

func runWithStack(m *testing.M) (int, error) {
	if file := os.Getenv(existingStack); file != "" {
		if err := readStack(file, &muster); err != nil {
			return 1, err
		}
		return m.Run(), nil
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		return 1, err
	}
	dir, err := os.MkdirTemp("", "muster-e2e-*")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // as root, PostgreSQL runs as another user
		return 1, err
	}
	traces := startCollector()
	defer traces.Close()
	ownStack, program = true, filepath.Join(dir, "muster")
	if err := buildMuster(root, program); err != nil {
		return 1, err
	}
	settings := []string{"IDENTITY_LOGIN_MAX_IP_FAILURES=100000"} // the crash tests sign in users who may not exist
	if traced = flag.Lookup("test.bench").Value.String() == ""; traced {
		settings = append(settings, "OTEL_EXPORTER_OTLP_ENDPOINT="+traces.URL)
	}
	stop, err := start(root, program, filepath.Join(dir, ".muster"), &muster, settings...)
	if err != nil {
		return 1, err
	}
	code := m.Run()
	if code == 0 {
		if err := errors.Join(checkRecords(muster), checkPrivacy(muster)); err != nil {
			return 1, errors.Join(err, stop())
		}
	}
	if err := stop(); err != nil {
		return 1, fmt.Errorf("the stack did not stop cleanly: %w", err)
	}
	return code, nil
}

// start starts a stack on free ports, without demo users, and waits until it is ready; description then holds its
// stack.json. bin is the command muster, and data the stack's data directory.
func start(root, bin, data string, description any, settings ...string) (stop func() error, err error) {
	output, err := os.CreateTemp("", "muster-output-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(output.Name()) // it lives as long as it is open
	cmd := exec.Command(bin, "--dir", data, "--no-seed", "--free-ports")
	cmd.Dir, cmd.Stdout, cmd.Stderr = root, output, output
	cmd.Env = append(os.Environ(), settings...)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	stop = func() error {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case err := <-ended:
			return err
		case <-time.After(60 * time.Second):
			_ = cmd.Process.Kill()
			return errors.New("still running 60 s after SIGTERM")
		}
	}

	file := filepath.Join(data, "stack.json")
	deadline := time.After(5 * time.Minute) // a cold build of four services on a small machine
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			return nil, fmt.Errorf("the stack ended before it was ready (%w):\n%s", err, tail(output))
		case <-deadline:
			return nil, errors.Join(fmt.Errorf("the stack was not ready in time:\n%s", tail(output)), stop())
		case <-tick.C:
			if readStack(file, description) == nil {
				return stop, nil
			}
		}
	}
}

// buildMuster builds the command muster, which runs the stack and has the operators' commands.
func buildMuster(root, bin string) error {
	build := exec.Command("go", "build", "-o", bin, "./deploy/local/cmd/muster")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build muster: %w\n%s", err, out)
	}
	return nil
}

// tail returns the end of a file.
func tail(file *os.File) []byte {
	const length = 6000
	if size, err := file.Seek(0, io.SeekEnd); err == nil {
		_, _ = file.Seek(max(0, size-length), io.SeekStart)
	}
	text, _ := io.ReadAll(file)
	return text
}

func readStack(file string, into any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// kill ends a service with SIGKILL. It returns when the supervisor has started a new process, which may not be ready
// yet.
func kill(t *testing.T, service string) {
	t.Helper()
	before := pidOf(t, service)
	post(t, muster.Control+"/services/"+service+"/kill", nil)
	eventually(t, time.Minute, service+" is started again", func() bool {
		now := pidOf(t, service)
		return now != 0 && now != before
	})
}

// post sends JSON to a control API and expects 2xx.
func post(t testing.TB, url string, body any) []byte {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(url, "application/json", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(resp.Body)
	if resp.StatusCode/100 != 2 {
		t.Fatalf("POST %s: %s: %s", url, resp.Status, answer)
	}
	return answer
}

// eventually polls until holds returns true. It is for asynchronous effects, never for read-your-writes.
func eventually(t testing.TB, within time.Duration, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			t.Fatalf("not within %s: %s", within, what)
		case <-tick.C:
		}
	}
}

// restart stops a part of the stack gracefully and starts it again.
func restart(t *testing.T, part string) {
	t.Helper()
	post(t, muster.Control+"/services/"+part+"/pause", nil)
	post(t, muster.Control+"/services/"+part+"/resume", nil)
}

// resume starts a part that was paused, and waits until it is ready: Apache Kafka takes a while.
func resume(t *testing.T, part string) {
	t.Helper()
	post(t, muster.Control+"/services/"+part+"/resume", nil)
	eventually(t, 2*time.Minute, part+" is ready again", func() bool { return statusOf(t, part).State == "ready" })
}

// pidOf returns the process id of a service; 0 while it is not running.
func pidOf(t testing.TB, service string) int {
	t.Helper()
	return statusOf(t, service).PID
}

// status is how a part of the stack is.
type status struct {
	State string `json:"state"`
	PID   int    `json:"pid"`
}

func statusOf(t testing.TB, part string) status {
	t.Helper()
	resp, err := http.Get(muster.Control + "/services")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var parts map[string]status
	if err := json.NewDecoder(resp.Body).Decode(&parts); err != nil {
		t.Fatal(err)
	}
	return parts[part]
}
