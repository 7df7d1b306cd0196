package outbox

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
	"muster/libs/internal/wait"
)

// createTopics creates the missing topics and retries until it succeeds. It returns false if ctx ends first.
func (r *Relay) createTopics(ctx context.Context) bool {
	retry := retryPolicy()
	for ctx.Err() == nil {
		err := r.tryCreateTopics(ctx)
		if err == nil {
			return true
		}
		delay := retry.NextBackOff()
		r.log.WarnContext(ctx, "cannot create the topics", "error", err, "retry_in", delay)
		_ = wait.Sleep(ctx, delay)
	}
	return false
}

func (r *Relay) tryCreateTopics(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request := &kafka.CreateTopicsRequest{}
	var names []string
	for _, t := range r.config.Topics {
		request.Topics = append(request.Topics, r.topicConfig(t))
		names = append(names, r.config.TopicPrefix+t.Name)
	}
	transport := r.transport(names)
	defer transport.CloseIdleConnections()
	client := &kafka.Client{Addr: kafka.TCP(r.config.Brokers...), Transport: transport, Timeout: 5 * time.Second}
	created, err := client.CreateTopics(ctx, request)
	if err != nil {
		return err
	}
	var existing []contracts.Topic
	for _, t := range r.config.Topics {
		name := r.config.TopicPrefix + t.Name
		switch err := created.Errors[name]; {
		case err == nil:
			r.log.InfoContext(ctx, "topic created", "topic", name)
		case errors.Is(err, kafka.TopicAlreadyExists):
			existing = append(existing, t)
		default:
			return fmt.Errorf("topic %s: %w", name, err)
		}
	}
	r.inspect(ctx, client, existing)
	return nil
}

// topicConfig returns the settings of a topic. State topics are compacted and never compressed: kafka-go's reader can
// hang on compressed batches that compaction has emptied.
func (r *Relay) topicConfig(t contracts.Topic) kafka.TopicConfig {
	entries := []kafka.ConfigEntry{{ConfigName: "cleanup.policy", ConfigValue: "delete"}, {ConfigName: "retention.ms", ConfigValue: strconv.FormatInt(retention.Milliseconds(), 10)}}
	if t.Compact {
		entries = []kafka.ConfigEntry{{ConfigName: "cleanup.policy", ConfigValue: "compact"}, {ConfigName: "compression.type", ConfigValue: "uncompressed"}}
	}
	if r.config.Replication >= 3 {
		entries = append(entries, kafka.ConfigEntry{ConfigName: "min.insync.replicas", ConfigValue: "2"})
	}
	return kafka.TopicConfig{
		Topic: r.config.TopicPrefix + t.Name, NumPartitions: contracts.Partitions,
		ReplicationFactor: r.config.Replication, ConfigEntries: entries,
	}
}

// inspect warns about existing topics with other settings. It does not change them.
func (r *Relay) inspect(ctx context.Context, client *kafka.Client, existing []contracts.Topic) {
	request := &kafka.DescribeConfigsRequest{}
	want := make(map[string]contracts.Topic)
	for _, t := range existing {
		name := r.config.TopicPrefix + t.Name
		want[name] = t
		request.Resources = append(request.Resources, kafka.DescribeConfigRequestResource{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: name, ConfigNames: []string{"cleanup.policy", "compression.type"},
		})
	}
	if len(want) == 0 {
		return
	}
	described, err := client.DescribeConfigs(ctx, request)
	if err != nil {
		r.log.WarnContext(ctx, "cannot inspect the topics", "error", err)
		return
	}
	for _, resource := range described.Resources {
		for _, entry := range resource.ConfigEntries {
			if complaint := mismatch(want[resource.ResourceName], entry.ConfigName, entry.ConfigValue); complaint != "" {
				r.log.WarnContext(ctx, "a topic has an unexpected setting", "topic", resource.ResourceName, "setting", entry.ConfigName, "value", entry.ConfigValue, "problem", complaint)
			}
		}
	}
}

// mismatch returns the problem with a setting of a topic, or "".
func mismatch(t contracts.Topic, setting, value string) string {
	switch {
	case setting == "cleanup.policy" && t.Compact && value != "compact":
		return "a state topic must be compacted, or it loses state"
	case setting == "cleanup.policy" && !t.Compact && value == "compact":
		return "an event topic must not be compacted, or it loses events"
	case setting == "compression.type" && t.Compact && value != "uncompressed":
		return "a compacted topic must not be compressed, or consumers can hang"
	}
	return ""
}
