package kafkatest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
	"muster/libs/outbox"
)

// CreateTopics creates topics under a prefix with their owners' settings. Existing topics are unchanged.
func CreateTopics(t testing.TB, prefix string, topics ...contracts.Topic) {
	t.Helper()
	configs := make([]kafka.TopicConfig, len(topics))
	for i, topic := range topics {
		configs[i] = topicConfig(prefix+topic.Name, contracts.Partitions, outbox.TopicSettings(topic, 1))
	}
	create(t, configs)
}

// CreateTopic creates one topic, with all its name, if it does not exist.
func CreateTopic(t testing.TB, name string, partitions int, settings map[string]string) {
	t.Helper()
	create(t, []kafka.TopicConfig{topicConfig(name, partitions, settings)})
}

func topicConfig(name string, partitions int, settings map[string]string) kafka.TopicConfig {
	config := kafka.TopicConfig{Topic: name, NumPartitions: partitions, ReplicationFactor: 1}
	for setting, value := range settings {
		config.ConfigEntries = append(config.ConfigEntries, kafka.ConfigEntry{ConfigName: setting, ConfigValue: value})
	}
	return config
}

func create(t testing.TB, topics []kafka.TopicConfig) {
	t.Helper()
	insist(t, "create topics", func(ctx context.Context, client *kafka.Client) error {
		created, err := client.CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: topics})
		if err != nil {
			return err
		}
		for _, topic := range topics {
			if err := created.Errors[topic.Topic]; err != nil && !errors.Is(err, kafka.TopicAlreadyExists) {
				return err
			}
		}
		return nil
	})
}

// DeleteTopic deletes a topic with all its records.
func DeleteTopic(t testing.TB, name string) {
	t.Helper()
	insist(t, "delete topic "+name, func(ctx context.Context, client *kafka.Client) error {
		deleted, err := client.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: []string{name}})
		if err != nil {
			return err
		}
		return deleted.Errors[name]
	})
}

// insist retries what the broker may refuse for a moment, each time with a new client without cached metadata.
func insist(t testing.TB, what string, do func(context.Context, *kafka.Client) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	for {
		client, done := connect(t)
		err := do(ctx, client)
		done()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("kafkatest: %s: %v", what, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// CommittedOffsets returns the offsets that a consumer group has committed for the partitions of a topic, -1 for none.
func CommittedOffsets(t testing.TB, group, topic string) (map[int]int64, error) {
	t.Helper()
	partitions := make([]int, contracts.Partitions)
	for i := range partitions {
		partitions[i] = i
	}
	client, done := connect(t)
	defer done()
	fetched, err := client.OffsetFetch(t.Context(), &kafka.OffsetFetchRequest{GroupID: group, Topics: map[string][]int{topic: partitions}})
	if err != nil {
		return nil, err
	}
	offsets := make(map[int]int64)
	for _, p := range fetched.Topics[topic] {
		offsets[p.Partition] = p.CommittedOffset
	}
	return offsets, fetched.Error
}

// deleteAll deletes the topics with a prefix, to keep a broker that serves many tests fast.
func deleteAll(t testing.TB, prefix string) {
	client, done := connect(t)
	defer done()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	metadata, err := client.Metadata(ctx, &kafka.MetadataRequest{})
	if err != nil {
		t.Logf("kafkatest: list topics: %v", err)
		return
	}
	var names []string
	for _, topic := range metadata.Topics {
		if strings.HasPrefix(topic.Name, prefix) {
			names = append(names, topic.Name)
		}
	}
	if len(names) == 0 {
		return
	}
	if _, err := client.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: names}); err != nil {
		t.Logf("kafkatest: delete topics: %v", err)
	}
}
