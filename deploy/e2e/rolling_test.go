package e2e_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// Settings of the rolling restarts.
const (
	// rollingSetting lists the services that run in two replicas and are restarted.
	rollingSetting = "MUSTER_E2E_ROLLING"
	// olderSetting is a directory with the programs of an older release. The replicas begin with these, are replaced by
	// those of this release, and then by the older ones again.
	olderSetting = "MUSTER_E2E_OLDER"
)

const (
	// stopDelay is how long a replica goes on answering: many times as long as the balancer takes to notice.
	stopDelay = time.Second
	// turnsBetween is how many writes are made between two restarts.
	turnsBetween = 8
)

// fleet is the replicas of a service that a test has put in the place of the stack's own.
type fleet struct {
	t                *testing.T
	service          string
	environment      []string
	public, internal *balancer
	replicas         []*replicaProcess
}

// replicaProcess is one replica.
type replicaProcess struct {
	cmd              *exec.Cmd
	log              *os.File
	public, internal *backend
	ended            chan error
}

// newFleet replaces a service of the stack by two replicas of the given program behind balancers at its addresses.
func newFleet(t *testing.T, service, program string) *fleet {
	t.Helper()
	environment, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pidOf(t, service)))
	if err != nil {
		t.Fatal(err)
	}
	f := &fleet{t: t, service: service, environment: strings.Split(strings.TrimRight(string(environment), "\x00"), "\x00")}
	post(t, muster.Control+"/services/"+service+"/pause", nil)
	t.Cleanup(func() {
		httpClient.CloseIdleConnections()
		post(t, muster.Control+"/services/"+service+"/resume", nil)
	})
	f.public, f.internal = balance(t, hostOf(t, muster.Services[service].URL)), balance(t, hostOf(t, muster.Services[service].Internal))
	t.Cleanup(func() {
		for _, r := range f.replicas {
			f.stop(r)
		}
	})
	for range 2 {
		f.start(program)
	}
	return f
}

func hostOf(t *testing.T, text string) string {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

// start starts a replica and waits until it is ready.
func (f *fleet) start(program string) {
	f.t.Helper()
	var addresses [2]string
	for i := range addresses {
		addresses[i] = freeAddress(f.t)
	}
	log, err := os.CreateTemp(f.t.TempDir(), f.service+"-*.log")
	if err != nil {
		f.t.Fatal(err)
	}
	prefix := strings.ToUpper(f.service) + "_"
	r := &replicaProcess{cmd: exec.Command(filepath.Join(program, f.service)), log: log, ended: make(chan error, 1)}
	r.cmd.Stdout, r.cmd.Stderr = log, log
	r.cmd.Env = slices.Concat(f.environment, []string{ // the last value counts
		prefix + "ADDR=" + addresses[0], prefix + "INTERNAL_ADDR=" + addresses[1], prefix + "STOP_DELAY=" + stopDelay.String(),
	})
	if err := r.cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	go func() { r.ended <- r.cmd.Wait() }()
	probe := "http://" + addresses[1] + "/readyz"
	r.public, r.internal = f.public.add(addresses[0], probe), f.internal.add(addresses[1], probe)
	f.replicas = append(f.replicas, r)
	eventually(f.t, 2*time.Minute, "a new replica of "+f.service+" is ready", func() bool {
		select {
		case err := <-r.ended:
			f.t.Fatalf("a new replica of %s ended: %v\n%s", f.service, err, tail(log))
		default:
		}
		return r.public.ready.Load() && r.internal.ready.Load()
	})
}

// freeAddress returns an address below the ports that outgoing connections take.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20_000+rand.N(12_000)))
		if err == nil {
			_ = listener.Close()
			return listener.Addr().String()
		}
	}
	t.Fatal("no free port")
	return ""
}

// stop ends a replica as Kubernetes does.
func (f *fleet) stop(r *replicaProcess) {
	f.t.Helper()
	_ = r.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-r.ended:
		if err != nil {
			f.t.Errorf("a replica of %s did not end well: %v\n%s", f.service, err, tail(r.log))
		}
	case <-time.After(2 * time.Minute):
		_ = r.cmd.Process.Kill()
		f.t.Errorf("a replica of %s did not end\n%s", f.service, tail(r.log))
	}
	f.public.remove(r.public)
	f.internal.remove(r.internal)
	_ = r.log.Close()
}

// replace replaces the oldest replica by a new one: the new one is ready before the old one stops. A release without STOP_DELAY
// is taken out of the balancers first, as its manifests did with a pause before SIGTERM.
func (f *fleet) replace(program string, older bool) {
	f.t.Helper()
	f.start(program)
	r := f.replicas[0]
	f.replicas = f.replicas[1:]
	if older {
		r.public.leaving.Store(true)
		r.internal.leaving.Store(true)
		<-time.After(stopDelay)
	}
	f.stop(r)
}

// rolling returns the services that are restarted. One shows most: all of them take half a minute.
func rolling() []string {
	if list := os.Getenv(rollingSetting); list != "" {
		return strings.Split(list, ",")
	}
	return []string{"directory"}
}

// TestARollingRestartFailsNoRequest replaces the replicas of services one by one, under load. Every request is answered as
// always, every answer has what was written before, and every state that was written, and every event, is published exactly once.
// Seen to fail when a replica closes its listeners at SIGTERM, without becoming unready and waiting first.
func TestARollingRestartFailsNoRequest(t *testing.T) {
	if !ownStack {
		t.Fatal("this test replaces the services of a stack of its own: leave " + existingStack + " unset")
	}
	current, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pidOf(t, "gateway")))
	if err != nil {
		t.Fatal(err)
	}
	current = filepath.Dir(current)
	first, releases := current, []string{current}
	if older := os.Getenv(olderSetting); older != "" {
		first, releases = older, []string{current, older}
	}
	plan := admin(t).want(http.StatusCreated, "POST", "/api/billing/plans", object{
		"name": "Rolling", "interval": "month", "intervalCount": 1, "amount": 700, "currency": "usd",
	}).body["id"]
	var fleets []*fleet
	for _, service := range rolling() {
		fleets = append(fleets, newFleet(t, service, first))
	}
	httpClient.CloseIdleConnections() // they lead to the stack's own gateway

	before, happened := readStates(t), readFacts(t)
	load := begin(t, plan)
	running := first
	for _, release := range releases {
		for _, f := range fleets {
			for range 2 {
				load.passes(turnsBetween)
				f.replace(release, running != current)
			}
		}
		running = release
	}
	load.passes(turnsBetween)
	load.end()
	before.awaitEachOnce(t)
	happened.awaitEachTold(t)
}

// turns is a load of random writes and reads by several clients.
type turns struct {
	t      *testing.T
	made   atomic.Int64
	failed chan error
	stop   chan struct{}
	ended  sync.WaitGroup
}

func begin(t *testing.T, plan any) *turns {
	load := &turns{t: t, failed: make(chan error, 100), stop: make(chan struct{})}
	var pending atomic.Int64
	for range loopClients {
		load.ended.Go(func() {
			m := &mixer{looper: &looper{client: &client{t: t}, pending: &pending}, write: muster.Gateway, read: muster.Gateway, plan: plan}
			for {
				select {
				case <-load.stop:
					return
				default:
				}
				if err := m.turn(); err != nil {
					load.failed <- err
					return
				}
				load.made.Add(1)
			}
		})
	}
	load.ended.Go(load.hammer)
	t.Cleanup(load.end)
	return load
}

// hammer sends requests as fast as they are answered. They are refused before any work, and nobody repeats a POST that fails on
// the way: each moment without an answering replica is seen.
func (l *turns) hammer() {
	c := &client{t: l.t}
	for {
		for _, path := range []string{"/api/auth/verify-email", "/api/auth/login", "/api/billing/webhooks/stripe"} {
			select {
			case <-l.stop:
				return
			default:
			}
			if a, err := c.try("POST", path, object{}); err != nil || a.status != http.StatusBadRequest {
				l.failed <- errors.Join(fmt.Errorf("POST %s: %s", path, a), err)
				return
			}
		}
	}
}

// passes waits for more turns, and fails the test when one has failed.
func (l *turns) passes(more int64) {
	l.t.Helper()
	goal := l.made.Load() + more
	eventually(l.t, 2*time.Minute, "requests go on", func() bool {
		select {
		case err := <-l.failed:
			l.t.Fatalf("after %d turns: %v", l.made.Load(), err)
		default:
		}
		return l.made.Load() >= goal
	})
}

// end stops the load. Its clients have checked what they wrote after each write.
func (l *turns) end() {
	l.t.Helper()
	select {
	case <-l.stop:
		return
	default:
		close(l.stop)
	}
	l.ended.Wait()
	close(l.failed)
	var all error
	for err := range l.failed {
		all = errors.Join(all, err)
	}
	if all != nil {
		l.t.Error(all)
	}
	l.t.Logf("%d turns", l.made.Load())
}
