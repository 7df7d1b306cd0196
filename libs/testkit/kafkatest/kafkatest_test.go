package kafkatest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
	"muster/libs/contracts/contracttest"
	"muster/libs/contracts/identityv1"
	"muster/libs/testkit/kafkatest"
)

func TestWhatIsWrittenIsRead(t *testing.T) {
	topic := kafkatest.Prefix(t) + "things"
	kafkatest.CreateTopic(t, topic, 3, nil)
	kafkatest.CreateTopic(t, topic, 3, nil) // Once more does no harm.
	if found := kafkatest.Records(t, topic); len(found) != 0 {
		t.Errorf("a new topic holds %d records", len(found))
	}
	var messages []kafka.Message
	for i := range 30 {
		messages = append(messages, kafka.Message{Topic: topic, Key: fmt.Append(nil, i%5), Value: fmt.Append(nil, i)})
	}
	kafkatest.Write(t, messages...)
	last := make(map[string]int)
	found := kafkatest.Await(t, topic, 30)
	for _, m := range found {
		var value int
		if _, err := fmt.Sscan(string(m.Value), &value); err != nil || value < last[string(m.Key)] {
			t.Errorf("value %s of key %s comes after %d (%v)", m.Value, m.Key, last[string(m.Key)], err)
		}
		last[string(m.Key)] = value
	}
	if len(found) != 30 {
		t.Errorf("%d records", len(found))
	}
	kafkatest.DeleteTopic(t, topic)
	kafkatest.CreateTopic(t, topic, 3, nil)
	if found := kafkatest.Records(t, topic); len(found) != 0 {
		t.Errorf("a topic that was made anew holds %d records", len(found))
	}
}

func TestARecordIsReadWhole(t *testing.T) {
	topic := kafkatest.Prefix(t) + "things"
	kafkatest.CreateTopic(t, topic, 1, nil)
	header := kafka.Header{Key: "ce_type", Value: []byte("thing.removed")}
	kafkatest.Write(t, kafka.Message{Topic: topic, Key: []byte("a"), Value: []byte{}}, kafka.Message{Topic: topic, Key: []byte("a"), Headers: []kafka.Header{header}})
	for i, m := range kafkatest.Await(t, topic, 2) {
		tombstone := i == 1
		if m.Topic != topic || m.Partition != 0 || m.Offset != int64(i) || m.Time.IsZero() || string(m.Key) != "a" || (m.Value == nil) != tombstone || (len(m.Headers) == 1) != tombstone {
			t.Errorf("record %d: %+v", i, m)
		}
		if tombstone && (m.Headers[0].Key != header.Key || string(m.Headers[0].Value) != string(header.Value)) {
			t.Errorf("header %+v", m.Headers[0])
		}
	}
}

func TestPublishMakesTheTopic(t *testing.T) {
	prefix := kafkatest.Prefix(t)
	events := kafkatest.Publish(t, prefix, "identity", identityv1.Account{UserID: 42, Version: 7})
	m := kafkatest.Await(t, prefix+contracts.TopicAccount, 1)[0]
	if string(m.Key) != "42" || string(m.Value) != string(events[0].Data) {
		t.Errorf("record %s: %s", m.Key, m.Value)
	}
}

// TestWhatDoesNotFitItsSchemaIsNotPublished holds for every test, because all make their events with contracts.New.
func TestWhatDoesNotFitItsSchemaIsNotPublished(t *testing.T) {
	entry := contracttest.LedgerEntry()
	if _, err := contracts.New(uuid.NewString(), "billing", time.Now(), entry); err != nil {
		t.Errorf("a ledger entry is refused: %v", err)
	}
	entry.Kind = "gift"
	if _, err := contracts.New(uuid.NewString(), "billing", time.Now(), entry); err == nil {
		t.Error("a ledger entry of an unknown kind is published")
	}
	if _, err := contracts.New(uuid.NewString(), "billing", time.Now(), billingv1.InvoiceEvent{Kind: "eaten"}); err == nil {
		t.Error("an event of an unknown type is published")
	}
}
