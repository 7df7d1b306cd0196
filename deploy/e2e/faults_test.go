//go:build faults

package e2e_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	brokerOutage = time.Minute // how long the broker is away
	// outageTime is the same for other parts: longer than the sessions of relays and consumers live without a sign.
	outageTime = 15 * time.Second
	// recovery is how long after a fault everything has caught up by itself.
	recovery = 30 * time.Second
	// askedAbout is how many users are also looked for through the API.
	askedAbout = 25
)

// allServices are restarted in this order.
var allServices = []string{"identity", "directory", "billing", "gateway"}

// running is the second replica of a service.
type running struct{ Name, Internal string }

// fault is what happens to a part of the system. disturb returns when it is over. replicas are the second ones, by service.
type fault struct {
	part, name string
	disturb    func(t *testing.T, replicas map[string]running)
}

func faults() (all []fault) {
	for _, service := range allServices {
		all = append(all,
			fault{service, "killed again and again", func(t *testing.T, replicas map[string]running) {
				for range 2 {
					kill(t, service)
					kill(t, replicas[service].Name)
				}
			}},
			fault{service, "frozen", func(t *testing.T, replicas map[string]running) {
				freeze(t, publishing(t, service, replicas[service]), outageTime)
			}})
	}
	return append(all,
		fault{"services", "restarted one by one", func(t *testing.T, replicas map[string]running) { restartAll(t, replicas) }},
		fault{"postgres", "killed", func(t *testing.T, _ map[string]running) { kill(t, "postgres") }},
		fault{"postgres", "away", func(t *testing.T, _ map[string]running) { away(t, "postgres", outageTime) }},
		fault{"postgres", "without its sessions", func(t *testing.T, _ map[string]running) { endSessions(t) }},
		fault{"kafka", "killed", func(t *testing.T, _ map[string]running) { kill(t, "kafka") }},
		fault{"kafka", "away", func(t *testing.T, _ map[string]running) { away(t, "kafka", brokerOutage) }},
		fault{"kafka", "away while the services start again", func(t *testing.T, replicas map[string]running) {
			post(t, muster.Control+"/services/kafka/pause", nil)
			restartAll(t, replicas)
			resume(t, "kafka")
		}},
		fault{"kafka", "frozen", func(t *testing.T, _ map[string]running) { freeze(t, "kafka", outageTime) }},
		fault{"postgres", "with a full disk", func(t *testing.T, _ map[string]running) { fullDisk(t, "postgres", "postgres") }},
	)
}

// TestFaultsOfApacheKafka disturbs one part after the other while clients register, subscribe and cancel, with two
// replicas of each service. What clients were told is what databases and topics hold afterwards, and the example
// consumers, which run all the time, agree with billing.
func TestFaultsOfApacheKafka(t *testing.T) {
	if pidOf(t, "kafka") == 0 {
		t.Fatal("the broker has no process of its own: run make test-faults, or set MUSTER_KAFKA=apache")
	}
	surviveAll(t, faults(), func(t *testing.T, replicas map[string]running) {
		t.Run("a state topic is deleted", func(t *testing.T) { surviveDeletedTopic(t, replicas) })
	})
}

// surviveAll survives one fault after the other, and what more does to the same system.
func surviveAll(t *testing.T, faults []fault, more func(t *testing.T, replicas map[string]running)) {
	t.Helper()
	replicas := map[string]running{}
	for _, service := range allServices {
		var replica running
		if err := json.Unmarshal(post(t, muster.Control+"/services/"+service+"/replicate", nil), &replica); err != nil {
			t.Fatal(err)
		}
		replicas[service] = replica
	}
	examples := startExamples(t)
	for _, f := range faults {
		t.Run(f.part+" "+f.name, func(t *testing.T) { f.survive(t, replicas) })
	}
	if more != nil {
		more(t, replicas)
	}
	for name, database := range examples {
		eventually(t, recovery, name+" agrees with billing", func() bool { return agreesWithBilling(t, name, database) })
	}
	t.Run("the checks see a loss", seeLosses)
}

// survive compares what clients were told before, during and after the fault.
func (f fault) survive(t *testing.T, replicas map[string]running) {
	s := startSubscribers(t)
	defer s.stop()
	accepted, refused := registerThrough(t, f.part, func(t *testing.T, _ string) {
		s.awaitMore(t, "before the fault")
		f.disturb(t, replicas)
		t.Logf("consumers caught up in %s", awaitCopies(t).Round(100*time.Millisecond))
		s.awaitMore(t, "after the fault")
	})
	s.stop()
	caughtUp(t, s)
	checkRegistrations(t, accepted, refused)
	t.Logf("%d users registered and %d subscribed", len(accepted), len(s.told))
}

// checkRegistrations looks for all users in three databases, and as a client for some of them.
func checkRegistrations(t *testing.T, accepted map[string]float64, refused []string) {
	t.Helper()
	difference := ""
	defer func() {
		if t.Failed() {
			t.Log(difference)
		}
	}()
	eventually(t, recovery, "who was accepted is everywhere, and who was refused is whole or not at all", func() bool {
		difference = misplaced(t, accepted, refused)
		return difference == ""
	})
	some := maps.Clone(accepted)
	for email := range some {
		if len(some) > askedAbout {
			delete(some, email)
		}
	}
	checkPresence(t, some, refused[max(0, len(refused)-askedAbout):])
}

// signal sends a signal to the process of a part.
func signal(t *testing.T, part string, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pidOf(t, part), s); err != nil {
		t.Fatal(err)
	}
}

func freeze(t *testing.T, part string, duration time.Duration) {
	t.Helper()
	signal(t, part, syscall.SIGSTOP)
	<-time.After(duration)
	signal(t, part, syscall.SIGCONT)
}

// publishing is the replica of a service whose relay leads. It is the first one of the gateway, which publishes nothing.
func publishing(t *testing.T, service string, second running) string {
	t.Helper()
	if service == "gateway" {
		return service
	}
	leads := func(internal string) bool {
		response, err := http.Get(internal + "/metrics")
		if err != nil {
			return false
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		return err == nil && leading.Match(text)
	}
	found := ""
	eventually(t, recovery, "a replica of "+service+" leads", func() bool {
		switch {
		case leads(muster.Services[service].Internal):
			found = service
		case leads(second.Internal):
			found = second.Name
		}
		return found != ""
	})
	t.Logf("%s leads", found)
	return found
}

var leading = regexp.MustCompile(`(?m)^muster_outbox_leader(\{.*\})? 1$`)

func away(t *testing.T, part string, duration time.Duration) {
	t.Helper()
	post(t, muster.Control+"/services/"+part+"/pause", nil)
	<-time.After(duration)
	resume(t, part)
}

func restartAll(t *testing.T, replicas map[string]running) {
	t.Helper()
	for _, service := range allServices {
		restart(t, service)
		restart(t, replicas[service].Name)
	}
}

// endSessions ends all sessions of PostgreSQL, again and again.
func endSessions(t *testing.T) {
	t.Helper()
	db, err := pgx.Connect(t.Context(), muster.Postgres)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(context.WithoutCancel(t.Context()))
	for range 10 {
		if _, err := db.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Second)
	}
}
