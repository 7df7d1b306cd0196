package stack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/deploy/local/stack"
)

// patience is the time limit for changes of a stack; most of it is for building the fake services.
const patience = 90 * time.Second

// settings returns settings for a stack of fake services in a directory of its own, on free ports.
func settings(t *testing.T, dir string, args ...string) stack.Settings {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("testdata", "repo"))
	if err != nil {
		t.Fatal(err)
	}
	environment := map[string]string{"MUSTER_ROOT": root, "MUSTER_DIR": dir, "MUSTER_FREE_PORTS": "1", "MUSTER_PG_BIN": os.Getenv("MUSTER_PG_BIN")}
	s, err := stack.ParseSettings(args, func(name string) string { return environment[name] }, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// directory creates a directory that PostgreSQL's user may enter.
func directory(t *testing.T) string {
	t.Helper()
	parent, err := os.MkdirTemp("", "muster-stack-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(parent) })
	if err := os.Chmod(parent, 0o755); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(parent, ".muster")
}

// output collects a stack's messages.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// running is a running stack.
type running struct {
	stack.Description
	dir    string
	output *output
	cancel context.CancelFunc
	result chan error
}

// run starts a stack and waits until it is seeded.
func run(t *testing.T, s stack.Settings) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{dir: s.Dir, output: &output{}, cancel: cancel, result: make(chan error, 1)}
	seed := func(_ context.Context, d stack.Description, users int, console *stack.Console) error {
		console.Progress("demo users", users, users)
		return nil
	}
	go func() { r.result <- stack.Run(ctx, s, stack.NewConsole(r.output), seed) }()
	t.Cleanup(func() { r.stop(t) })
	await(t, func() bool {
		select {
		case err := <-r.result:
			r.result <- err
			t.Fatalf("the stack ended: %v\n%s", err, r.output)
		default:
		}
		return r.read() && r.Seeded
	})
	return r
}

// read reads stack.json.
func (r *running) read() bool {
	text, err := os.ReadFile(filepath.Join(r.dir, "stack.json"))
	return err == nil && json.Unmarshal(text, &r.Description) == nil
}

func (r *running) stop(t *testing.T) {
	t.Helper()
	r.cancel()
	err := <-r.result
	r.result <- nil
	if err != nil {
		t.Errorf("the stack ended with %v", err)
	}
}

// await waits for a condition.
func await(t *testing.T, condition func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("timed out")
		}
	}
}

func get[T any](t *testing.T, url string) (value T, err error) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		return value, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return value, errors.New(response.Status)
	}
	return value, json.NewDecoder(response.Body).Decode(&value)
}

func mustGet[T any](t *testing.T, url string) T {
	t.Helper()
	value, err := get[T](t, url)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func post(t *testing.T, url string) {
	t.Helper()
	response, err := http.Post(url, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("POST %s: %s", url, response.Status)
	}
}

func exec(t *testing.T, url, statement string) error {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	_, err = conn.Exec(t.Context(), statement)
	return err
}

func listens(addr string) bool {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}
