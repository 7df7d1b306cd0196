package supervise_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"muster/deploy/local/netport"
	"muster/deploy/local/process"
	"muster/deploy/local/supervise"
)

// roleVariable makes the test binary act as a supervised program.
const roleVariable = "MUSTER_SUPERVISE_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "serve":
		serve(false)
	case "stubborn":
		serve(true)
	case "misconfigured":
		fmt.Println("POSTGRES_URL is missing")
		os.Exit(78)
	case "fail":
		fmt.Println("POSTGRES_URL is missing")
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// serve is ready at once. On SIGTERM it logs that and ends, unless it is stubborn.
func serve(stubborn bool) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	listener, err := net.Listen("tcp", os.Getenv("ADDR"))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	go func() { _ = http.Serve(listener, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})) }()
	for range signals {
		fmt.Println("told to end")
		if !stubborn {
			os.Exit(0)
		}
	}
}

// program returns the test binary in a role.
func program(t *testing.T, role string) supervise.Program {
	t.Helper()
	addr, err := netport.Resolve("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return supervise.Program{
		Name: "billing", Path: os.Args[0], Env: append(os.Environ(), roleVariable+"="+role, "ADDR="+addr),
		LogFile: filepath.Join(t.TempDir(), "log", "billing.log"), ReadyURL: "http://" + addr + "/readyz",
	}
}

func within(t *testing.T, limit time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	t.Cleanup(cancel)
	return ctx
}

func startReady(t *testing.T, p supervise.Program) *supervise.Supervisor {
	t.Helper()
	s := supervise.Start(p, nil)
	t.Cleanup(func() { s.Stop(within(t, 5*time.Second)) })
	if err := s.WaitReady(within(t, 10*time.Second)); err != nil {
		t.Fatal(err)
	}
	return s
}

// await waits until the status satisfies the condition.
func await(t *testing.T, s *supervise.Supervisor, wanted func(supervise.Status) bool) supervise.Status {
	t.Helper()
	ctx := within(t, 10*time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		status := s.Status()
		if wanted(status) {
			return status
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the status stays %+v", status)
		}
	}
}

func logOf(t *testing.T, p supervise.Program) string {
	t.Helper()
	text, err := os.ReadFile(p.LogFile)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAKilledProgramComesBack(t *testing.T) {
	s := startReady(t, program(t, "serve"))
	for round := 1; round <= 8; round++ {
		before := s.Status()
		began := time.Now()
		s.Kill()
		if process.Alive(before.PID) {
			t.Fatal("the killed program lives")
		}
		after := await(t, s, func(now supervise.Status) bool {
			return now.State == supervise.Ready && now.PID != before.PID && now.PID != 0
		})
		if after.Restarts != round {
			t.Errorf("round %d: %d restarts", round, after.Restarts)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("round %d: a kill on purpose took %v to get over", round, took)
		}
	}
}

func TestACrashIsNoticedAndGotOver(t *testing.T) {
	notices := make(chan string, 8)
	s := supervise.Start(program(t, "serve"), func(message string) { notices <- message })
	defer s.Stop(within(t, 5*time.Second))
	if err := s.WaitReady(within(t, 10*time.Second)); err != nil {
		t.Fatal(err)
	}
	pid := s.Status().PID
	if err := syscall.Kill(pid, syscall.SIGSEGV); err != nil {
		t.Fatal(err)
	}
	await(t, s, func(now supervise.Status) bool { return now.State == supervise.Ready && now.PID != pid })
	if notice := <-notices; !strings.HasPrefix(notice, "billing ended (exit code ") || strings.Contains(notice, "\n") {
		t.Errorf("notice %q", notice)
	}
}

func TestAProgramThatCannotStartIsReportedWithItsLog(t *testing.T) {
	p := program(t, "fail")
	if err := os.MkdirAll(filepath.Dir(p.LogFile), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p.LogFile, []byte("a line of an earlier run\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s := supervise.Start(p, nil)
	defer s.Stop(within(t, 5*time.Second))
	err := s.WaitReady(within(t, 10*time.Second))
	if err == nil || !strings.Contains(err.Error(), "exit code 1") || !strings.Contains(err.Error(), "POSTGRES_URL is missing") {
		t.Errorf("got %v", err)
	}
	if err != nil && strings.Contains(err.Error(), "earlier run") {
		t.Errorf("the error quotes an earlier run: %v", err)
	}
	if got := s.Status().State; got != supervise.Broken {
		t.Errorf("state %s", got)
	}
	if got := strings.Count(logOf(t, p), "POSTGRES_URL is missing"); got != 3 {
		t.Errorf("%d attempts, want 3", got)
	}
}

func TestAProgramThatEndsForGoodIsNotStartedAgain(t *testing.T) {
	p := program(t, "misconfigured")
	p.FinalExit = 78
	s := supervise.Start(p, func(message string) { t.Errorf("notice %q", message) })
	defer s.Stop(within(t, 5*time.Second))
	if err := s.WaitReady(within(t, 10*time.Second)); err == nil || !strings.Contains(err.Error(), "POSTGRES_URL is missing") {
		t.Errorf("got %v", err)
	}
	if got := strings.Count(logOf(t, p), "POSTGRES_URL is missing"); got != 1 {
		t.Errorf("%d attempts, want 1", got)
	}
}

func TestAMissingProgramIsReported(t *testing.T) {
	p := program(t, "serve")
	p.Path = "/nonexistent/billing"
	s := supervise.Start(p, nil)
	defer s.Stop(within(t, 5*time.Second))
	if err := s.WaitReady(within(t, 10*time.Second)); err == nil || !strings.Contains(err.Error(), "/nonexistent/billing") {
		t.Errorf("got %v", err)
	}
}

func TestStopLetsTheProgramEndByItself(t *testing.T) {
	p := program(t, "serve")
	s := startReady(t, p)
	pid := s.Status().PID
	if !s.Stop(within(t, 5*time.Second)) || process.Alive(pid) {
		t.Error("the program did not end by itself")
	}
	if got := s.Status(); got.State != supervise.Stopped || got.PID != 0 {
		t.Errorf("status %+v", got)
	}
	if got := strings.Count(logOf(t, p), "told to end"); got != 1 {
		t.Errorf("the program was told %d times to end", got)
	}
}

func TestStopKillsAProgramThatDoesNotEnd(t *testing.T) {
	s := startReady(t, program(t, "stubborn"))
	pid := s.Status().PID
	if s.Stop(within(t, 50*time.Millisecond)) {
		t.Error("a stubborn program is said to have ended by itself")
	}
	if process.Alive(pid) {
		t.Error("it still runs")
	}
}

func TestAPausedProgramStaysDownUntilItIsResumed(t *testing.T) {
	s := startReady(t, program(t, "serve"))
	pid := s.Status().PID
	s.Pause(within(t, 5*time.Second))
	if got := s.Status(); got.State != supervise.Paused || process.Alive(pid) {
		t.Errorf("status %+v", got)
	}
	if err := s.WaitReady(within(t, 300*time.Millisecond)); err == nil {
		t.Error("a paused program became ready")
	}
	s.Resume()
	if err := s.WaitReady(within(t, 10*time.Second)); err != nil {
		t.Error(err)
	}
}

func TestABrokenProgramCanBeResumed(t *testing.T) {
	p := program(t, "fail")
	s := supervise.Start(p, nil)
	defer s.Stop(within(t, 5*time.Second))
	await(t, s, func(now supervise.Status) bool { return now.State == supervise.Broken })
	s.Resume()
	await(t, s, func(supervise.Status) bool { return strings.Count(logOf(t, p), "POSTGRES_URL is missing") > 3 })
}
