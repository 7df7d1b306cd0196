package service_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/service/exitcode"
	"muster/libs/testkit/pgtest"
)

// runCommand runs a command of this test's binary as the service "example".
func runCommand(t *testing.T, command string, environment ...string) (output string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], command)
	cmd.Env = append([]string{roleVariable + "=service"}, environment...)
	text, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(text), cmd.ProcessState.ExitCode()
}

func TestTheVersionNeedsNoSettings(t *testing.T) {
	output, code := runCommand(t, "--version")
	if code != 0 || !strings.HasPrefix(output, "example dev (commit ") || !strings.Contains(output, "go1.") {
		t.Errorf("%d %s", code, output)
	}
}

func TestHealthAsksTheInternalListener(t *testing.T) {
	var status atomic.Int32
	status.Store(http.StatusOK)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			t.Errorf("asked %s", r.URL.Path)
		}
		w.WriteHeader(int(status.Load()))
	}))
	defer server.Close()
	_, port, _ := strings.Cut(server.Listener.Addr().String(), ":")
	for _, addr := range []string{"127.0.0.1:" + port, "0.0.0.0:" + port, ":" + port} {
		if output, code := runCommand(t, "health", "EXAMPLE_INTERNAL_ADDR="+addr); code != 0 {
			t.Errorf("%s: %d %s", addr, code, output)
		}
	}
	status.Store(http.StatusServiceUnavailable)
	if output, code := runCommand(t, "health", "EXAMPLE_INTERNAL_ADDR=127.0.0.1:"+port); code != 1 || !strings.Contains(output, "503") {
		t.Errorf("not ready: %d %s", code, output)
	}
}

func TestSettingsAreCheckedWithoutAStart(t *testing.T) {
	right := []string{
		"EXAMPLE_ADDR=:1", "EXAMPLE_INTERNAL_ADDR=:2", "EXAMPLE_POSTGRES_URL=postgres://x:4ad1@nowhere/x", "EXAMPLE_KAFKA_BROKERS=nowhere:9092",
		"EXAMPLE_CSRF_SECRET=" + strings.Repeat("c", 32), "EXAMPLE_SERVICE_SECRET=" + strings.Repeat("s", 32),
	}
	if output, code := runCommand(t, "settings", right...); code != 0 {
		t.Errorf("%d %s", code, output)
	}
	output, code := runCommand(t, "settings", append(right, "EXAMPLE_ADR=:3", "EXAMPLE_KAFKA_BROKERS=")...)
	if code != exitcode.Settings || !strings.Contains(output, "EXAMPLE_ADR is unknown") || !strings.Contains(output, "EXAMPLE_KAFKA_BROKERS is empty") {
		t.Errorf("%d %s", code, output)
	}
}

func TestMigrateNeedsTheDatabaseAlone(t *testing.T) {
	url := pgtest.NewURL(t)
	if output, code := runCommand(t, "migrate", "EXAMPLE_POSTGRES_URL="+url); code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	db, err := pg.StartMigrated(t.Context(), url, outbox.Migrations)
	if err != nil {
		t.Fatal(err)
	}
	if err := pg.Close(db); err != nil {
		t.Error(err)
	}
	if output, code := runCommand(t, "migrate"); code != exitcode.Settings || !strings.Contains(output, "EXAMPLE_POSTGRES_URL is missing") {
		t.Errorf("%d %s", code, output)
	}
}
