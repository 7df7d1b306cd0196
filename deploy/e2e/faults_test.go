//go:build faults

package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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

// misplaced compares registrations with the databases that hold users. It returns a difference, or "".
func misplaced(t *testing.T, accepted map[string]float64, refused []string) string {
	t.Helper()
	identity, err1 := usersByEmail(t.Context(), "identity", "SELECT user_id, email FROM accounts WHERE NOT deleted")
	directory, err2 := usersByEmail(t.Context(), "directory", "SELECT id, email FROM users WHERE NOT deleted")
	gateway, err3 := usersByEmail(t.Context(), "gateway", "SELECT user_id, email FROM user_overview WHERE visible")
	if err := errors.Join(err1, err2, err3); err != nil {
		return err.Error()
	}
	same := func(email string, ids []int64) bool {
		return slices.Equal(identity[email], ids) && slices.Equal(directory[email], ids) && slices.Equal(gateway[email], ids)
	}
	for email, id := range accepted {
		if !same(email, []int64{int64(id)}) {
			return fmt.Sprintf("%s was told to be user %.0f, and is %v, %v and %v", email, id, identity[email], directory[email], gateway[email])
		}
	}
	for _, email := range refused {
		if len(identity[email]) > 1 || !same(email, identity[email]) {
			return fmt.Sprintf("%s was refused, and is %v, %v and %v", email, identity[email], directory[email], gateway[email])
		}
	}
	return ""
}

func usersByEmail(ctx context.Context, database, query string) (map[string][]int64, error) {
	found := map[string][]int64{}
	var id int64
	var email string
	err := eachRow(ctx, muster.Databases[database], query, []any{&id, &email}, func() { found[email] = append(found[email], id) })
	return found, err
}

// copied is what a service copies from another: ids with versions.
type copied struct{ service, query, owner, original string }

const (
	usersOfDirectory   = "SELECT id, version FROM users"
	accountsOfIdentity = "SELECT user_id, version FROM accounts"
	statesOfBilling    = "SELECT user_id, version FROM billing_users WHERE version > 0"
)

var copies = []copied{
	{"gateway", "SELECT user_id, user_version FROM user_overview", "directory", usersOfDirectory},
	{"gateway", "SELECT user_id, account_version FROM user_overview", "identity", accountsOfIdentity},
	{"gateway", "SELECT user_id, subscription_version FROM user_overview", "billing", statesOfBilling},
	{"billing", "SELECT user_id, user_version FROM billing_users", "directory", usersOfDirectory},
}

// awaitCopies waits until consumers have what the owners hold now, while clients go on, and returns how long that took.
func awaitCopies(t *testing.T) time.Duration {
	t.Helper()
	over, held := time.Now(), make([]map[int64]int64, len(copies))
	for i, c := range copies {
		eventually(t, recovery-time.Since(over), c.owner+"'s database answers", func() (answers bool) {
			var err error
			held[i], err = versionsIn(t.Context(), c.owner, c.original)
			return err == nil
		})
	}
	for i, c := range copies {
		eventually(t, recovery-time.Since(over), c.service+" has caught up with "+c.owner, func() bool {
			now, err := versionsIn(t.Context(), c.service, c.query)
			for id, version := range held[i] {
				if err != nil || now[id] < version {
					return false
				}
			}
			return true
		})
	}
	return time.Since(over)
}

// caughtUp waits until databases, topics and lists hold what clients were told.
func caughtUp(t *testing.T, s *subscribers) {
	t.Helper()
	boss, difference := patientAdmin(t), ""
	defer func() {
		if t.Failed() {
			t.Log(difference)
		}
	}()
	eventually(t, recovery, "subscriptions are what clients were told", func() bool {
		difference = s.differs(t, boss)
		return difference == ""
	})
	for _, topic := range []struct{ name, database, query string }{
		{"identity.account.v1", "identity", accountsOfIdentity},
		{"directory.user.v1", "directory", usersOfDirectory},
		{"billing.subscription.v1", "billing", statesOfBilling},
	} {
		eventually(t, recovery, topic.name+" ends with what the database holds", func() bool {
			difference = missingFrom(t, topic.name, topic.database, topic.query)
			return difference == ""
		})
		wrong, err := disordered(t.Context(), topic.name)
		if err != nil || wrong != "" {
			t.Errorf("%v %s", err, wrong)
		}
	}
	for _, c := range copies {
		eventually(t, recovery, c.service+" has followed "+c.owner, func() bool {
			difference = c.behind(t)
			return difference == ""
		})
	}
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

// versionsIn reads ids and versions from a service's database.
func versionsIn(ctx context.Context, database, query string) (map[int64]int64, error) {
	found := map[int64]int64{}
	var id, version int64
	err := eachRow(ctx, muster.Databases[database], query, []any{&id, &version}, func() { found[id] = version })
	return found, err
}

// behind compares the copies with the original of each. It returns a difference, or "".
func (c copied) behind(t *testing.T) string {
	t.Helper()
	copies, err1 := versionsIn(t.Context(), c.service, c.query)
	originals, err2 := versionsIn(t.Context(), c.owner, c.original)
	if err := errors.Join(err1, err2); err != nil {
		return err.Error()
	}
	for id, version := range originals {
		if copies[id] != version {
			return fmt.Sprintf("user %d is at version %d in %s and at %d in %s", id, version, c.owner, copies[id], c.service)
		}
	}
	return ""
}

// missingFrom compares the newest version of each key of a state topic with the rows of its owner. It returns a
// difference, or "".
func missingFrom(t *testing.T, topic, database, query string) string {
	t.Helper()
	stored, err := versionsIn(t.Context(), database, query)
	if err != nil {
		return err.Error()
	}
	published := map[int64]int64{}
	err = eachOf(t.Context(), topic, func(m kafka.Message) error {
		version, err1 := versionOf(m)
		id, err2 := strconv.ParseInt(string(m.Key), 10, 64)
		published[id] = max(published[id], version)
		return errors.Join(err1, err2)
	})
	if err != nil {
		return err.Error()
	}
	for id, version := range stored {
		if published[id] != version {
			return fmt.Sprintf("%s: user %d is at version %d, and published at %d", topic, id, version, published[id])
		}
	}
	for id := range published {
		if _, known := stored[id]; !known {
			return fmt.Sprintf("%s: user %d was published and is not stored", topic, id)
		}
	}
	fmt.Fprintf(os.Stderr, "%s: %d users as stored\n", topic, len(stored))
	return ""
}

// versionOf returns the version of a record's aggregate.
func versionOf(m kafka.Message) (int64, error) {
	for _, h := range m.Headers {
		if h.Key == "ce_aggregateversion" {
			return strconv.ParseInt(string(h.Value), 10, 64)
		}
	}
	return 0, fmt.Errorf("record %d of %s has no version", m.Offset, m.Topic)
}
