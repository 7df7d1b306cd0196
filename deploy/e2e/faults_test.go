//go:build faults

package e2e_test

import (
	"context"
	"encoding/json"
	"maps"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/segmentio/kafka-go"
)

const (
	brokerOutage = time.Minute // how long the broker is away or stands still
	// outageTime is the same for other parts: longer than the sessions of relays and consumers live without a sign.
	outageTime = 15 * time.Second
	// recovery is how long after a fault everything has caught up by itself.
	recovery = 30 * time.Second
	// askedAbout is how many users are also looked for through the API.
	askedAbout = 25
)

// allServices are restarted in this order.
var allServices = []string{"identity", "directory", "billing", "gateway"}

// fault is what happens to a part of the system. disturb returns when it is over. replicas are the second ones, by service.
type fault struct {
	part, name string
	disturb    func(t *testing.T, replicas map[string]string)
}

func faults() (all []fault) {
	for _, service := range allServices {
		all = append(all,
			fault{service, "killed again and again", func(t *testing.T, replicas map[string]string) {
				for range 2 {
					kill(t, service)
					kill(t, replicas[service])
				}
			}},
			fault{service, "frozen", func(t *testing.T, _ map[string]string) { freeze(t, service, outageTime) }})
	}
	return append(all,
		fault{"services", "restarted one by one", func(t *testing.T, replicas map[string]string) { restartAll(t, replicas) }},
		fault{"postgres", "killed", func(t *testing.T, _ map[string]string) { kill(t, "postgres") }},
		fault{"postgres", "away", func(t *testing.T, _ map[string]string) { away(t, "postgres", outageTime) }},
		fault{"postgres", "without its sessions", func(t *testing.T, _ map[string]string) { endSessions(t) }},
		fault{"kafka", "killed", func(t *testing.T, _ map[string]string) { kill(t, "kafka") }},
		fault{"kafka", "away", func(t *testing.T, _ map[string]string) { away(t, "kafka", brokerOutage) }},
		fault{"kafka", "away while the services start again", func(t *testing.T, replicas map[string]string) {
			post(t, muster.Control+"/services/kafka/pause", nil)
			restartAll(t, replicas)
			resume(t, "kafka")
		}},
		fault{"kafka", "frozen", func(t *testing.T, _ map[string]string) { freeze(t, "kafka", brokerOutage) }},
	)
}

// TestFaultsOfApacheKafka disturbs one part after the other while clients register, subscribe and cancel, with two
// replicas of each service. What clients were told is what databases and topics hold afterwards, and the example
// consumers, which run all the time, agree with billing.
func TestFaultsOfApacheKafka(t *testing.T) {
	if pidOf(t, "kafka") == 0 {
		t.Fatal("the broker has no process of its own: run make test-faults, or set MUSTER_KAFKA=apache")
	}
	replicas := map[string]string{}
	for _, service := range allServices {
		var replica struct{ Name string }
		if err := json.Unmarshal(post(t, muster.Control+"/services/"+service+"/replicate", nil), &replica); err != nil {
			t.Fatal(err)
		}
		replicas[service] = replica.Name
	}
	examples := startExamples(t)
	for _, f := range faults() {
		t.Run(f.part+" "+f.name, func(t *testing.T) { f.survive(t, replicas) })
	}
	t.Run("a state topic is deleted", func(t *testing.T) { surviveDeletedTopic(t, replicas) })
	for name, database := range examples {
		eventually(t, recovery, name+" agrees with billing", func() bool { return agreesWithBilling(t, name, database) })
	}
}

// survive compares what clients were told before, during and after the fault.
func (f fault) survive(t *testing.T, replicas map[string]string) {
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

func away(t *testing.T, part string, duration time.Duration) {
	t.Helper()
	post(t, muster.Control+"/services/"+part+"/pause", nil)
	<-time.After(duration)
	resume(t, part)
}

func restartAll(t *testing.T, replicas map[string]string) {
	t.Helper()
	for _, service := range allServices {
		restart(t, service)
		restart(t, replicas[service])
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

// surviveDeletedTopic deletes directory's state topic. Its three consumers stop reading and say so until an operator runs the
// commands that their logs print; after that nothing is missing.
func surviveDeletedTopic(t *testing.T, replicas map[string]string) {
	const topic = "directory.user.v1"
	consumers := []string{"identity", "billing", "gateway"}
	began := time.Now()
	client := &kafka.Client{Addr: kafka.TCP(muster.Kafka), Timeout: time.Minute}
	deleted, err := client.DeleteTopics(t.Context(), &kafka.DeleteTopicsRequest{Topics: []string{topic}})
	if err != nil || deleted.Errors[topic] != nil {
		t.Fatal(err, deleted)
	}
	registered := registerDuringAlarm(t) // which makes directory create the topic anew
	for _, service := range consumers {
		eventually(t, time.Minute, service+" has stopped", func() bool { return stoppedPartitions(t, service, topic) > 0 })
	}
	maps.Copy(registered, registerDuringAlarm(t))
	for _, service := range consumers {
		if stoppedPartitions(t, service, topic) == 0 {
			t.Errorf("the alarm of %s has cleared itself", service)
		}
	}
	for _, service := range consumers {
		for _, command := range commandsInLog(t, began, service, replicas[service]) {
			operate(t, nil, strings.Fields(command)[len([]string{"muster", "ops"}):]...)
		}
		eventually(t, recovery, service+" reads on", func() bool { return stoppedPartitions(t, service, topic) == 0 })
	}
	boss := patientAdmin(t)
	for email, id := range registered {
		eventually(t, recovery, email+" everywhere exactly once", func() bool {
			return whereIs(t, boss, email) == presence{identity: 1, directory: 1, gateway: 1, id: id}
		})
	}
	caughtUp(t, &subscribers{})
}

// registerDuringAlarm registers users who are answered as pending.
func registerDuringAlarm(t *testing.T) map[string]float64 {
	t.Helper()
	registered := map[string]float64{}
	for range 12 {
		c := &client{t: t, email: uniqueEmail("alarm")}
		a := c.do("POST", "/api/auth/register", object{"email": c.email, "password": password})
		if user, _ := a.body["user"].(object); a.status/100 == 2 && user != nil {
			registered[c.email], _ = user["id"].(float64)
		} else {
			t.Logf("registration during the alarm: %s", a)
		}
	}
	return registered
}

// stoppedPartitions counts the partitions of a topic that a service does not read until an operator acts.
func stoppedPartitions(t *testing.T, service, topic string) (n int) {
	t.Helper()
	out, code := ops(t, service, "topics", "list", "--json")
	var page struct {
		Data []struct{ Topic, Stopped string }
	}
	if code != 0 || json.Unmarshal([]byte(out), &page) != nil {
		return 0 // the topic does not exist at the moment
	}
	for _, p := range page.Data {
		if p.Topic == topic && p.Stopped != "" {
			n++
		}
	}
	return n
}

// commandsInLog returns the commands that the logs of a service's replicas print beside an alarm.
func commandsInLog(t *testing.T, since time.Time, replicas ...string) (commands []string) {
	t.Helper()
	for _, replica := range replicas {
		for line := range strings.Lines(read(t, filepath.Join(muster.Logs, replica+".log"))) {
			var entry struct {
				Time     time.Time
				Commands string
			}
			if json.Unmarshal([]byte(line), &entry) == nil && entry.Commands != "" && entry.Time.After(since) {
				return strings.Split(entry.Commands, "; ")
			}
		}
	}
	t.Fatalf("no log of %v names a command", replicas)
	return nil
}
