//go:build apachekafka

package apachekafka_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
	"muster/libs/inbox"
	"muster/libs/outbox"
	"muster/libs/testkit/kafkatest"
)

// parked are the versions of the records that are parked.
func (h *house) parked(consumer *inbox.Consumer) (versions []int64) {
	h.t.Helper()
	list, err := consumer.Parked(h.t.Context(), 0, 100)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range list {
		versions = append(versions, p.Version)
	}
	return versions
}

// TestOnlyANewerStateThatIsAppliedFreesParkedOnes: a state, a tombstone and a marker that are no news free nothing.
func TestOnlyANewerStateThatIsAppliedFreesParkedOnes(t *testing.T) {
	h := newHouse(t)
	h.createTopic(nil)
	consumer, _ := h.run()
	event := func(version int64) contracts.Event {
		text := `{"key":"42","version":` + strconv.FormatInt(version, 10) + `}`
		return contracts.Event{ID: "id", Type: contracts.TopicAccount, Topic: contracts.TopicAccount, Key: "42", Version: version, Data: []byte(text)}
	}
	h.publish(payload{Key: "42", Version: 1}, payload{Key: "42", Version: 2, Name: poison}, payload{Key: "42", Version: 3, Name: poison})
	h.eventually("two are parked", func() bool { return slices.Equal(h.parked(consumer), []int64{2, 3}) })
	kafkatest.Write(t,
		outbox.Message(h.prefix, event(1)),
		outbox.Tombstone(h.prefix, event(1)),
		kafka.Message{Topic: h.topic(), Key: []byte("42")},
	)
	h.publish(state("43", 1))
	h.eventually("they are read", func() bool { return h.states()["43"] == 1 })
	if got := h.parked(consumer); !slices.Equal(got, []int64{2, 3}) {
		t.Errorf("parked are %v", got)
	}
	h.publish(state("42", 4))
	h.eventually("the newer state frees them", func() bool { return len(h.parked(consumer)) == 0 })
	h.awaitReady(consumer)
}
