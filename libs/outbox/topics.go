package outbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
)

// refusal says why the relay does not publish although the broker answers. It lasts until an operator acts.
type refusal string

// Error returns the sentence for the log and the readiness report.
func (r refusal) Error() string { return string(r) }

// Compaction of state topics. Nothing that a user has been deleted from is to be in the log after seven days: a record
// that is superseded is removed once its segment is closed, which takes up to two segmentSpans (see [Relay.markQuiet]),
// and compactionLag after the segment was begun at the latest. The rest is for brokers that are down or behind.
const (
	segmentSpan   = 24 * time.Hour
	compactionLag = 48 * time.Hour
	dirtyRatio    = "0.1" // of a log, from which it is compacted before compactionLag
)

// The settings that the relay changes on topics that exist.
const (
	settingSegment    = "segment.ms"
	settingLag        = "max.compaction.lag.ms"
	settingTombstones = "delete.retention.ms"
)

// TopicSettings returns the settings of a topic at the broker. State topics are compacted, and not compressed, because
// other readers can hang on compressed batches that compaction has emptied.
func TopicSettings(t contracts.Topic, replication int) map[string]string {
	settings := map[string]string{"cleanup.policy": "delete", "retention.ms": milliseconds(contracts.Retention)}
	if t.Compact {
		settings = map[string]string{
			"cleanup.policy": "compact", "compression.type": "uncompressed", "min.cleanable.dirty.ratio": dirtyRatio,
			settingSegment: milliseconds(segmentSpan), settingLag: milliseconds(compactionLag), settingTombstones: milliseconds(contracts.Retention),
		}
	}
	if replication >= 3 {
		settings["min.insync.replicas"] = "2"
	}
	return settings
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// ensureTopics creates the topics that do not exist, and checks those that do. It changes only how soon they are
// compacted. The error is a refusal if an operator must act.
func (r *Relay) ensureTopics(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	byName := make(map[string]contracts.Topic)
	for _, t := range r.config.Topics {
		byName[r.config.TopicPrefix+t.Name] = t
	}
	names := slices.Sorted(maps.Keys(byName))
	transport := r.transport(names)
	defer transport.CloseIdleConnections()
	client := &kafka.Client{Addr: kafka.TCP(r.config.Brokers...), Transport: r.wrapped(transport), Timeout: 5 * time.Second}
	metadata, err := client.Metadata(ctx, &kafka.MetadataRequest{Topics: names})
	if err != nil {
		return err
	}
	var existing []string
	for _, t := range metadata.Topics {
		switch {
		case errors.Is(t.Error, kafka.TopicAuthorizationFailed):
			return refusal("topic " + t.Name + ": this service may not describe it. It needs the right to describe and write it")
		case t.Error == nil && len(t.Partitions) > 0:
			if err := r.checkLayout(t); err != nil {
				return err
			}
			existing = append(existing, t.Name)
		}
	}
	for _, name := range names {
		if !slices.Contains(existing, name) {
			if err := r.createTopic(ctx, client, name, byName[name]); err != nil {
				return err
			}
		}
	}
	return r.checkSettings(ctx, client, existing, byName)
}

// createTopic creates a topic that does not exist.
func (r *Relay) createTopic(ctx context.Context, client *kafka.Client, name string, t contracts.Topic) error {
	config := kafka.TopicConfig{Topic: name, NumPartitions: contracts.Partitions, ReplicationFactor: r.config.Replication}
	for setting, value := range TopicSettings(t, r.config.Replication) {
		config.ConfigEntries = append(config.ConfigEntries, kafka.ConfigEntry{ConfigName: setting, ConfigValue: value})
	}
	created, err := client.CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{config}})
	if err == nil {
		err = created.Errors[name]
	}
	switch {
	case errors.Is(err, kafka.TopicAuthorizationFailed), errors.Is(err, kafka.ClusterAuthorizationFailed):
		return refusal("topic " + name + " does not exist, and this service may not create it. Create it, or grant the right to")
	case err != nil: // That another replica was faster is noticed by the next attempt, which checks the topic.
		return fmt.Errorf("create topic %s: %w", name, err)
	}
	r.log.InfoContext(ctx, "topic created", "topic", name)
	return nil
}

// checkLayout checks the partitions and replicas of an existing topic.
func (r *Relay) checkLayout(t kafka.Topic) error {
	if len(t.Partitions) != contracts.Partitions {
		return refusal(fmt.Sprintf("topic %s has %d partitions, and must have %d, or the records of a user lose their order", t.Name, len(t.Partitions), contracts.Partitions))
	}
	for _, p := range t.Partitions {
		if n := len(p.Replicas); n < r.config.Replication {
			return refusal(fmt.Sprintf("topic %s: partition %d has %d replicas, and must have %d", t.Name, p.ID, n, r.config.Replication))
		}
	}
	return nil
}

// checkSettings checks the settings of existing topics, and changes those of compaction. Without the right to read them it
// only logs a warning.
func (r *Relay) checkSettings(ctx context.Context, client *kafka.Client, names []string, topics map[string]contracts.Topic) error {
	if len(names) == 0 {
		return nil
	}
	request := &kafka.DescribeConfigsRequest{}
	for _, name := range names {
		request.Resources = append(request.Resources, kafka.DescribeConfigRequestResource{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: name,
			ConfigNames: []string{"cleanup.policy", "compression.type", "min.insync.replicas", "retention.ms", settingSegment, settingLag, settingTombstones},
		})
	}
	described, err := client.DescribeConfigs(ctx, request)
	if err != nil {
		return fmt.Errorf("read the settings of topics: %w", err)
	}
	changes := &kafka.IncrementalAlterConfigsRequest{}
	for _, resource := range described.Resources {
		if resource.Error != nil {
			r.log.WarnContext(ctx, "cannot read the settings of a topic; using it unchecked", "topic", resource.ResourceName, "error", resource.Error)
			continue
		}
		change := kafka.IncrementalAlterConfigsRequestResource{ResourceType: kafka.ResourceTypeTopic, ResourceName: resource.ResourceName}
		for _, entry := range resource.ConfigEntries {
			topic := topics[resource.ResourceName]
			if problem := r.mismatch(topic, entry.ConfigName, entry.ConfigValue); problem != "" {
				return refusal(fmt.Sprintf("topic %s has %s=%s: %s", resource.ResourceName, entry.ConfigName, entry.ConfigValue, problem))
			}
			if topic.Compact && compactsLate(entry.ConfigName, entry.ConfigValue) {
				change.Configs = append(change.Configs, kafka.IncrementalAlterConfigsRequestConfig{
					Name: entry.ConfigName, Value: TopicSettings(topic, r.config.Replication)[entry.ConfigName], ConfigOperation: kafka.ConfigOperationSet,
				})
			}
		}
		if len(change.Configs) > 0 {
			changes.Resources = append(changes.Resources, change)
		}
	}
	return r.changeSettings(ctx, client, changes)
}

// compactsLate reports whether a state topic with a setting keeps the data of deleted users too long, or their tombstones
// too short.
func compactsLate(setting, value string) bool {
	number, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return false
	}
	switch setting {
	case settingSegment:
		return number > segmentSpan.Milliseconds()
	case settingLag:
		return number > compactionLag.Milliseconds()
	case settingTombstones:
		return number < contracts.Retention.Milliseconds()
	}
	return false
}

// changeSettings changes settings of existing topics.
func (r *Relay) changeSettings(ctx context.Context, client *kafka.Client, changes *kafka.IncrementalAlterConfigsRequest) error {
	if len(changes.Resources) == 0 {
		return nil
	}
	changed, err := client.IncrementalAlterConfigs(ctx, changes)
	if err != nil {
		return fmt.Errorf("change the settings of topics: %w", err)
	}
	failures := make(map[string]error)
	for _, resource := range changed.Resources {
		failures[resource.ResourceName] = resource.Error
	}
	for _, resource := range changes.Resources {
		var wanted []string
		for _, c := range resource.Configs {
			wanted = append(wanted, c.Name+"="+c.Value)
		}
		text := strings.Join(wanted, ",")
		switch err := failures[resource.ResourceName]; {
		case err == nil:
			r.log.InfoContext(ctx, "topic settings changed", "topic", resource.ResourceName, "settings", text)
		case errors.Is(err, kafka.TopicAuthorizationFailed), errors.Is(err, kafka.ClusterAuthorizationFailed),
			errors.Is(err, kafka.PolicyViolation), errors.Is(err, kafka.InvalidConfiguration):
			return refusal("topic " + resource.ResourceName + " must have " + text + ", or deleted users stay in its log, or consumers miss that they were deleted. " +
				"This service cannot change it (" + err.Error() + "). Change it, or grant the right to")
		default:
			return fmt.Errorf("change the settings of topic %s: %w", resource.ResourceName, err)
		}
	}
	return nil
}

// mismatch returns the problem with a setting of a topic, or "".
func (r *Relay) mismatch(t contracts.Topic, setting, value string) string {
	policies := strings.Split(strings.ReplaceAll(value, " ", ""), ",")
	number, _ := strconv.ParseInt(value, 10, 64) // Only for settings that are numbers.
	switch setting {
	case "cleanup.policy":
		if t.Compact && (slices.Contains(policies, "delete") || !slices.Contains(policies, "compact")) {
			return "a state topic must be compacted and nothing else, or it loses state"
		}
		if !t.Compact && slices.Contains(policies, "compact") {
			return "an event topic must not be compacted, or it loses events"
		}
	case "compression.type":
		if t.Compact && value != "uncompressed" {
			return "a compacted topic must be uncompressed, or readers can hang"
		}
	case "min.insync.replicas":
		if r.config.Replication >= 3 && number < 2 {
			return "it must be at least 2, or acknowledged events can be lost with one broker"
		}
		if number > int64(r.config.Replication) {
			return fmt.Sprintf("it is more than the %d replicas, so that nothing can be written", r.config.Replication)
		}
	case "retention.ms":
		if !t.Compact && number >= 0 && number < contracts.Retention.Milliseconds() {
			return fmt.Sprintf("it must be at least %d, or a consumer that is down for some days loses events", contracts.Retention.Milliseconds())
		}
	}
	return ""
}
