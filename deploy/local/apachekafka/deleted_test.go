//go:build apachekafka

package apachekafka_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kgo"

	"muster/libs/contracts"
	"muster/libs/outbox"
	"muster/libs/testkit/kafkatest"
)

const secret = "Persephone Quillfeather"

// hasty are the settings of a state topic, with seconds for days. Only the lag makes the broker compact.
var hasty = map[string]string{"segment.ms": "500", "max.compaction.lag.ms": "1000", "min.cleanable.dirty.ratio": "1"}

// createStateTopic creates the topic with all its partitions, as its owner does but for some settings.
func (h *house) createStateTopic(settings map[string]string) {
	h.t.Helper()
	all := outbox.TopicSettings(contracts.Topics(contracts.TopicAccount)[0], 1)
	for name, value := range settings {
		all[name] = value
	}
	kafkatest.CreateTopic(h.t, h.topic(), contracts.Partitions, all)
}

// segments are the files of the topic that the broker reads, which a word is in.
func (h *house) segmentsWith(word string) (files []string) {
	h.t.Helper()
	err := filepath.WalkDir(broker.Logs(), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasPrefix(filepath.Base(filepath.Dir(path)), h.topic()) {
			return ignoreMissing(err)
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte(word)) {
			files = append(files, path)
		}
		return ignoreMissing(err)
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return files
}

// ignoreMissing: the broker deletes files meanwhile.
func ignoreMissing(err error) error {
	if os.IsNotExist(err) {
		return nil
	}
	return err
}

// logOf is what the topic holds of a key: versions, with "-" for a tombstone and "+" for personal data.
func (h *house) logOf(key string) string {
	h.t.Helper()
	var lines []string
	h.each(func(r *kgo.Record) {
		if string(r.Key) != key {
			return
		}
		line := "?"
		for _, header := range r.Headers {
			if header.Key == contracts.HeaderVersion {
				line = string(header.Value)
			}
		}
		switch {
		case r.Value == nil:
			line += "-"
		case bytes.Contains(r.Value, []byte(secret)):
			line += "+"
		}
		lines = append(lines, line)
	})
	return strings.Join(lines, " ")
}

// each reads the topic to its end, with a client other than the one under test.
func (h *house) each(see func(*kgo.Record)) {
	h.t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(broker.Addr()), kgo.ConsumeTopics(h.topic()), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		h.t.Fatal(err)
	}
	defer client.Close()
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
		fetches := client.PollFetches(ctx)
		cancel()
		if fetches.NumRecords() == 0 {
			return
		}
		fetches.EachRecord(see)
	}
}

// quietly writes what a relay writes to a quiet partition, the one of a key.
func (h *house) quietly(key string) {
	h.t.Helper()
	partitions := make([]int, contracts.Partitions)
	for i := range partitions {
		partitions[i] = i
	}
	partition := kafka.Murmur2Balancer{}.Balance(kafka.Message{Key: []byte(key)}, partitions...)
	kafkatest.Write(h.t, kafka.Message{Topic: h.topic(), Key: outbox.MarkerKey(partition)})
}

// TestDeletedPeopleLeaveTheLog deletes a user and looks for the name in the records and in the files of the log. Nothing
// is written to the partition afterwards but a marker, as the relay does on quiet partitions.
func TestDeletedPeopleLeaveTheLog(t *testing.T) {
	h := newHouse(t)
	h.createStateTopic(hasty)
	relay := h.runRelay()
	h.eventually("the relay is ready", func() bool { return relay.Ready() == nil })
	h.append(payload{Key: "42", Version: 1, Name: secret})
	h.append(payload{Key: "42", Version: 2, Name: secret})
	h.append(payload{Key: "42", Version: 3, Deleted: true})
	h.append(payload{Key: "43", Version: 1, Name: "somebody else"})
	kafkatest.Await(t, h.topic(), 5)
	if len(h.segmentsWith(secret)) == 0 {
		t.Fatal("the name was never in the log: the test shows nothing")
	}
	h.quietlyUntil("42", "the name has left the log", func() bool { return len(h.segmentsWith(secret)) == 0 })
	if got := h.logOf("42"); got != "3-" {
		t.Errorf("the log holds %q of the deleted user", got)
	}
	if got := h.logOf("43"); got != "1" {
		t.Errorf("the log holds %q of another user", got)
	}
}

// TestADeletionIsLearnedFromTheTombstone was away while the last state of a user was compacted away.
func TestADeletionIsLearnedFromTheTombstone(t *testing.T) {
	h := newHouse(t)
	h.createStateTopic(hasty)
	h.publish(payload{Key: "42", Version: 1, Name: secret})
	h.read()
	relay := h.runRelay()
	h.eventually("the relay is ready", func() bool { return relay.Ready() == nil })
	h.append(payload{Key: "42", Version: 2, Deleted: true})
	h.quietlyUntil("42", "only the tombstone is left", func() bool { return h.logOf("42") == "2-" })
	if h.deleted("42") {
		t.Fatal("the consumer was not away")
	}
	h.read()
	if !h.deleted("42") {
		t.Error("the user is still there")
	}
}

// TestAConsumerThatWasAwayTooLongStops was away while tombstones left the log. How long they stay is decided when they
// are compacted first, so it is changed before that.
func TestAConsumerThatWasAwayTooLongStops(t *testing.T) {
	h := newHouse(t)
	h.createStateTopic(hasty)
	h.publish(payload{Key: "42", Version: 1, Name: secret})
	h.read()
	relay := h.runRelay()
	h.eventually("the relay is ready", func() bool { return relay.Ready() == nil })
	h.append(payload{Key: "42", Version: 2, Deleted: true})
	h.alter("delete.retention.ms", "0")
	h.quietlyUntil("42", "nothing is left", func() bool { return h.logOf("42") == "" })
	days := strconv.Itoa(int(contracts.Retention.Hours()/24) + 1)
	if err := h.db.Exec("UPDATE kafka_offsets SET updated_at = updated_at - CAST(? AS interval), applied_until = applied_until - CAST(? AS interval)", days+" days", days+" days").Error; err != nil {
		t.Fatal(err)
	}
	consumer, _ := h.run()
	h.awaitStopped(consumer, "the log keeps deletions for 336: some may be missed")
	if h.deleted("42") {
		t.Fatal("it knew: the test shows nothing")
	}
	// What the log line asks for: rewind, and have the owner republish. It kept that the user is deleted.
	h.append(payload{Key: "42", Version: 2, Deleted: true})
	h.rewind(consumer)
	h.eventually("the user is gone", func() bool { return h.deleted("42") })
	h.awaitReady(consumer)
}

// quietlyUntil writes markers to the partition of a key until a condition holds.
func (h *house) quietlyUntil(key, what string, condition func() bool) {
	h.t.Helper()
	h.eventually(what, func() bool {
		if condition() {
			return true
		}
		h.quietly(key)
		return false
	})
}

// deleted reports whether the consumer knows that a user is deleted.
func (h *house) deleted(key string) (deleted bool) {
	h.t.Helper()
	if err := h.db.Raw("SELECT deleted FROM states WHERE key = ?", key).Scan(&deleted).Error; err != nil {
		h.t.Fatal(err)
	}
	return deleted
}
