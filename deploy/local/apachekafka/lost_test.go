//go:build apachekafka

package apachekafka_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
	"muster/libs/inbox"
	"muster/libs/testkit/kafkatest"
)

// account are states of one user.
func account(from, to int64) (list []contracts.Payload) {
	for version := from; version <= to; version++ {
		list = append(list, state("a", version))
	}
	return list
}

// read applies what is in the topic, and stops the consumer.
func (h *house) read() {
	h.t.Helper()
	consumer, stop := h.run()
	h.awaitReady(consumer)
	stop()
}

// rewind makes a consumer read the topic again.
func (h *house) rewind(consumer *inbox.Consumer) {
	h.t.Helper()
	if _, err := consumer.Rewind(h.t.Context(), contracts.TopicAccount, nil, inbox.Target{}); err != nil {
		h.t.Fatal(err)
	}
}

// rewindAndGoOn does what the log line asks for.
func (h *house) rewindAndGoOn(consumer *inbox.Consumer, newest int64) {
	h.t.Helper()
	h.rewind(consumer)
	h.eventually("the newest state is applied", func() bool { return h.states()["a"] == newest })
	h.awaitReady(consumer)
}

func TestATopicThatWasMadeAnewIsNoticed(t *testing.T) {
	h := newHouse(t)
	h.createTopic(nil)
	h.publish(account(1, 10)...)
	h.read()
	kafkatest.DeleteTopic(t, h.topic())
	h.createTopic(nil)
	h.publish(account(11, 30)...)
	consumer, stop := h.run()
	h.awaitStopped(consumer, "the record at offset 9 is not the one that was read there")
	stop()
	h.publish(account(31, 32)...)
	consumer, _ = h.run() // The alarm stays.
	h.awaitStopped(consumer, "the record at offset 9 is not the one that was read there")
	if newest := h.states()["a"]; newest != 10 {
		t.Errorf("version %d was applied", newest)
	}
	h.rewindAndGoOn(consumer, 32)
}

// TestALogThatLostItsEndIsNoticed cuts the log while the broker is down, as a crash of its machine does.
func TestALogThatLostItsEndIsNoticed(t *testing.T) {
	h := newHouse(t)
	h.createTopic(nil)
	h.publish(account(1, 10)...)
	h.read()
	broker.Kill()
	segment := filepath.Join(broker.Logs(), h.topic()+"-0", "00000000000000000000.log")
	stat, err := os.Stat(segment)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(segment, stat.Size()/2); err != nil {
		t.Fatal(err)
	}
	if err := broker.Start(); err != nil {
		t.Fatal(err)
	}
	h.publish(account(11, 30)...)
	consumer, stop := h.run()
	h.awaitStopped(consumer, "the record at offset 9 is not the one that was read there")
	stop()
	h.publish(account(31, 32)...)
	consumer, _ = h.run() // The alarm stays.
	h.awaitStopped(consumer, "the record at offset 9 is not the one that was read there")
	if newest := h.states()["a"]; newest != 10 {
		t.Errorf("version %d was applied", newest)
	}
	h.rewindAndGoOn(consumer, 32)
}

// TestARecordThatWasDeletedIsMissed deletes one record of a state topic. Its policy must be delete for that.
func TestARecordThatWasDeletedIsMissed(t *testing.T) {
	h := newHouse(t)
	h.createTopic(nil)
	h.publish(account(1, 2)...)
	h.read()
	h.publish(account(3, 4)...)
	h.alter("cleanup.policy", "delete")
	kafkatest.DeleteRecords(t, h.topic(), 0, 3)
	h.alter("cleanup.policy", "compact")
	consumer, _ := h.run()
	h.awaitStopped(consumer, "the log begins at 3: records that were never read have been deleted")
	h.rewindAndGoOn(consumer, 4)
}

// alter changes a setting of the topic.
func (h *house) alter(setting, value string) {
	h.t.Helper()
	_, err := kafkatest.Client(h.t).IncrementalAlterConfigs(h.t.Context(), &kafka.IncrementalAlterConfigsRequest{
		Resources: []kafka.IncrementalAlterConfigsRequestResource{{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: h.topic(),
			Configs: []kafka.IncrementalAlterConfigsRequestConfig{{Name: setting, Value: value, ConfigOperation: kafka.ConfigOperationSet}},
		}},
	})
	if err != nil {
		h.t.Fatal(err)
	}
}
