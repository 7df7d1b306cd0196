//go:build faults

package e2e_test

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
)

// surviveDeletedTopic deletes directory's state topic. Its three consumers stop reading and say so until an operator runs the
// commands that their logs print; after that nothing is missing.
func surviveDeletedTopic(t *testing.T, replicas map[string]running) {
	const topic = "directory.user.v1"
	consumers := []string{"identity", "billing", "gateway"}
	began := time.Now()
	client := &kafka.Client{Addr: kafka.TCP(strings.Split(muster.Kafka, ",")...), Timeout: time.Minute}
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
		for _, command := range commandsInLog(t, began, service, replicas[service].Name) {
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
