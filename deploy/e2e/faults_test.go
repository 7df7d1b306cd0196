//go:build faults

package e2e_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/segmentio/kafka-go"
)

// brokerOutage is how long the broker is away or stands still.
const brokerOutage = time.Minute

// TestFaultsOfApacheKafka disturbs the broker while clients register users, with two replicas of each service. Every user
// whose registration was answered 2xx is everywhere afterwards, and the state topics end with what the databases hold.
func TestFaultsOfApacheKafka(t *testing.T) {
	if pidOf(t, "kafka") == 0 {
		t.Fatal("the broker has no process of its own: run make test-faults, or set MUSTER_KAFKA=apache")
	}
	for _, service := range []string{"identity", "directory", "billing", "gateway"} {
		post(t, muster.Control+"/services/"+service+"/replicate", nil)
	}
	for _, fault := range []struct {
		name    string
		disturb func(t *testing.T, part string)
	}{
		{"killed", kill},
		{"away", func(t *testing.T, part string) {
			post(t, muster.Control+"/services/"+part+"/pause", nil)
			<-time.After(brokerOutage)
			post(t, muster.Control+"/services/"+part+"/resume", nil)
		}},
		{"frozen", func(t *testing.T, part string) {
			signal(t, part, syscall.SIGSTOP)
			<-time.After(brokerOutage)
			signal(t, part, syscall.SIGCONT)
		}},
	} {
		t.Run(fault.name, func(t *testing.T) { survive(t, "kafka", fault.disturb) })
	}
	for _, topic := range []struct{ name, database, query string }{
		{"identity.account.v1", "identity", "SELECT user_id, version FROM accounts"},
		{"directory.user.v1", "directory", "SELECT id, version FROM users"},
	} {
		eventually(t, time.Minute, topic.name+" ends with what the database holds", func() bool {
			missing := missingFrom(t, topic.name, topic.database, topic.query)
			if missing != "" {
				t.Log(missing)
			}
			return missing == ""
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

// missingFrom compares the newest version of each key of a state topic with the rows of its owner. It returns a
// difference, or "".
func missingFrom(t *testing.T, topic, database, query string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db, err := pgx.Connect(ctx, muster.Databases[database])
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(ctx)
	stored := map[string]int64{}
	rows, err := db.Query(ctx, query)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var id, version int64
		if err := rows.Scan(&id, &version); err != nil {
			t.Fatal(err)
		}
		stored[strconv.FormatInt(id, 10)] = version
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	published := map[string]int64{}
	for partition := range 6 {
		err := eachRecord(ctx, muster.Kafka, topic, partition, func(m kafka.Message) {
			for _, h := range m.Headers {
				if h.Key == "ce_aggregateversion" {
					version, _ := strconv.ParseInt(string(h.Value), 10, 64)
					published[string(m.Key)] = max(published[string(m.Key)], version)
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for key, version := range stored {
		if published[key] != version {
			return fmt.Sprintf("%s: user %s is at version %d, and published at %d", topic, key, version, published[key])
		}
	}
	for key := range published {
		if _, known := stored[key]; !known {
			return fmt.Sprintf("%s: user %s was published and is not stored", topic, key)
		}
	}
	fmt.Fprintf(os.Stderr, "%s: %d users as stored\n", topic, len(stored))
	return ""
}
