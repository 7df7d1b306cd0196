package outbox_test

import (
	"strings"
	"testing"

	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
	"muster/libs/testkit/kafkatest"
)

func TestTopicsAreCreatedAsTheyShouldBe(t *testing.T) {
	h := newHouse(t)
	h.forgetTopics()
	h.run(h.relay())
	h.eventually("both topics", func() bool { return strings.Count(h.log.String(), "topic created") == 2 })
	want := map[string]map[string]string{
		contracts.TopicAccount:       {"cleanup.policy": "compact", "compression.type": "uncompressed"},
		contracts.TopicAccountEvents: {"cleanup.policy": "delete", "retention.ms": "1209600000"},
	}
	for topic, settings := range want {
		described, err := kafkatest.Client(t).DescribeConfigs(t.Context(), &kafka.DescribeConfigsRequest{
			Resources: []kafka.DescribeConfigRequestResource{{ResourceType: kafka.ResourceTypeTopic, ResourceName: h.prefix + topic}},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range described.Resources[0].ConfigEntries {
			if value, ok := settings[entry.ConfigName]; ok && value != entry.ConfigValue {
				t.Errorf("%s: %s = %s, want %s", topic, entry.ConfigName, entry.ConfigValue, value)
			}
		}
		metadata, err := kafkatest.Client(t).Metadata(t.Context(), &kafka.MetadataRequest{Topics: []string{h.prefix + topic}})
		if err != nil || len(metadata.Topics[0].Partitions) != contracts.Partitions {
			t.Errorf("%s has %d partitions (%v)", topic, len(metadata.Topics[0].Partitions), err)
		}
	}
}

func TestATopicOfAnotherMakeIsReported(t *testing.T) {
	h := newHouse(t)
	kafkatest.CreateTopic(t, h.prefix+contracts.TopicAccountEvents, 6, map[string]string{"cleanup.policy": "delete"})
	h.run(h.relay())
	h.publish(state("1", 1))
	h.await(contracts.TopicAccount, 1) // It works all the same.
	if log := h.log.String(); !strings.Contains(log, "must be compacted") || strings.Contains(log, "must not be compacted") {
		t.Errorf("log: %s", log)
	}
}
