package outbox_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/outbox"
)

// These tell a copy of the test binary to be a relay in a process of its own.
const (
	childURL     = "OUTBOX_TEST_URL"
	childPrefix  = "OUTBOX_TEST_PREFIX"
	childSession = "OUTBOX_TEST_SESSION" // its timeout; without it the relay never polls
)

func TestMain(m *testing.M) {
	if os.Getenv(childURL) == "" {
		os.Exit(m.Run())
	}
	relay, err := outbox.NewRelay(outbox.RelayConfig{
		Service: "identity", PostgresURL: os.Getenv(childURL), Brokers: []string{os.Getenv("MUSTER_TEST_KAFKA")},
		Topics:      contracts.Topics(contracts.TopicAccount, contracts.TopicAccountEvents),
		TopicPrefix: os.Getenv(childPrefix), Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err == nil {
		relay.NeverPoll()
		if timeout := os.Getenv(childSession); timeout != "" {
			relay.PollEvery(100 * time.Millisecond)
			relay.SessionTimeout(timeout)
		}
		err = relay.Run(context.Background())
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// runElsewhere runs a relay in another process until the test ends.
func (h *house) runElsewhere(environment ...string) *exec.Cmd {
	h.t.Helper()
	h.t.Cleanup(func() {
		if h.t.Failed() {
			h.t.Log(h.log)
		}
	})
	relay := exec.Command(os.Args[0])
	relay.Env = append(append(os.Environ(), childURL+"="+h.url, childPrefix+"="+h.prefix), environment...)
	relay.Stderr = h.log
	if err := relay.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		_ = relay.Process.Kill()
		_ = relay.Wait() // It was killed, which is an error.
	})
	return relay
}

// TestAFrozenLeaderIsReplaced stops the leader's process while its connections live.
func TestAFrozenLeaderIsReplaced(t *testing.T) {
	h := newHouse(t)
	leader := h.runElsewhere(childSession + "=1000")
	h.publish(state("1", 1))
	h.await(contracts.TopicAccount, 1)
	h.eventually("its row is gone", func() bool { return h.rows() == 0 })
	if err := leader.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(leader.Process.Pid, &status, syscall.WUNTRACED, nil); err != nil || !status.Stopped() {
		t.Fatalf("the leader is not frozen: %v", err)
	}
	h.publish(state("1", 2))
	h.run(h.relay())
	h.await(contracts.TopicAccount, 2)

	if err := leader.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	h.eventually("it notices", func() bool { return strings.Contains(h.log.String(), "the relay's database connection failed") })
	h.publish(state("1", 3))
	if found := h.await(contracts.TopicAccount, 3); len(found)-inOrder(t, found, true) != 3 {
		t.Errorf("published %s", text(found))
	}
	if n := strings.Count(h.log.String(), "the relay is the leader"); n != 2 {
		t.Errorf("%d leaders so far, want 2", n)
	}
}

// TestALeaderThatWaitsForTheBrokerKeepsItsSession has a broker that answers later than the session may be idle.
func TestALeaderThatWaitsForTheBrokerKeepsItsSession(t *testing.T) {
	h := newHouse(t)
	relay := h.relay()
	relay.SessionTimeout("2500")
	slow := &slowBroker{delay: make(chan struct{})}
	relay.RoundTripWith(slow.before)
	h.run(relay)
	h.publish(state("1", 1))
	begin := time.Now()
	h.eventually("the broker has been slow", func() bool { return time.Since(begin) > 4*time.Second })
	close(slow.delay)
	h.eventually("an empty outbox", func() bool { return h.rows() == 0 })
	if found := h.await(contracts.TopicAccount, 1); len(found) != 1 || strings.Contains(h.log.String(), "connection failed") {
		t.Errorf("published %s; log %s", text(found), h.log)
	}
}
