//go:build apachekafka

package apachekafka_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/testkit/kafkatest"
)

const anonymous = "User:ANONYMOUS"

// denyCreation takes the right to create topics from all clients, until the test ends.
func (h *house) denyCreation() {
	h.t.Helper()
	acl := func(resource kafka.ResourceType, name string, pattern kafka.PatternType, operation kafka.ACLOperationType, permission kafka.ACLPermissionType) kafka.ACLEntry {
		return kafka.ACLEntry{
			ResourceType: resource, ResourceName: name, ResourcePatternType: pattern, Principal: anonymous, Host: "*", Operation: operation, PermissionType: permission,
		}
	}
	entries := []kafka.ACLEntry{
		acl(kafka.ResourceTypeCluster, "kafka-cluster", kafka.PatternTypeLiteral, kafka.ACLOperationTypeAll, kafka.ACLPermissionTypeAllow),
		acl(kafka.ResourceTypeCluster, "kafka-cluster", kafka.PatternTypeLiteral, kafka.ACLOperationTypeCreate, kafka.ACLPermissionTypeDeny),
	}
	// The topics' settings may be read and not altered.
	for _, operation := range []kafka.ACLOperationType{kafka.ACLOperationTypeDescribe, kafka.ACLOperationTypeRead, kafka.ACLOperationTypeWrite, kafka.ACLOperationTypeDescribeConfigs, kafka.ACLOperationTypeDelete} {
		entries = append(entries, acl(kafka.ResourceTypeTopic, h.prefix, kafka.PatternTypePrefixed, operation, kafka.ACLPermissionTypeAllow))
	}
	client := kafkatest.Client(h.t)
	created, err := client.CreateACLs(h.t.Context(), &kafka.CreateACLsRequest{ACLs: entries})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, err := range created.Errors {
		if err != nil {
			h.t.Fatal(err)
		}
	}
	h.t.Cleanup(func() {
		_, err := client.DeleteACLs(context.Background(), &kafka.DeleteACLsRequest{Filters: []kafka.DeleteACLsFilter{{
			ResourceTypeFilter: kafka.ResourceTypeAny, ResourcePatternTypeFilter: kafka.PatternTypeAny, PrincipalFilter: anonymous, HostFilter: "*",
			Operation: kafka.ACLOperationTypeAny, PermissionType: kafka.ACLPermissionTypeAny,
		}}})
		if err != nil {
			h.t.Error(err)
		}
	})
}

// runRelay runs a relay of the state topic until the test ends.
func (h *house) runRelay() *outbox.Relay {
	h.t.Helper()
	relay, err := outbox.NewRelay(outbox.RelayConfig{
		Service: "identity", PostgresURL: h.url, Brokers: []string{broker.Addr()}, TopicPrefix: h.prefix,
		Topics: contracts.Topics(contracts.TopicAccount), Logger: slog.New(slog.NewTextHandler(h.log, nil)),
	})
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- relay.Run(ctx) }()
	h.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			h.t.Errorf("Run returned %v", err)
		}
	})
	return relay
}

// append puts an event into the outbox.
func (h *house) append(p payload) {
	h.t.Helper()
	err := pg.Tx(context.Background(), h.db, func(ctx context.Context, tx *gorm.DB) error {
		return outbox.Append(ctx, tx, "identity", time.Now(), p)
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func TestTopicsThatExistNeedNoRightToCreateThem(t *testing.T) {
	h := newHouse(t)
	kafkatest.CreateTopics(t, h.prefix, contracts.Topics(contracts.TopicAccount)...)
	h.denyCreation()
	relay := h.runRelay()
	h.append(state("a", 1))
	kafkatest.Await(t, h.topic(), 1)
	h.eventually("the relay is ready", func() bool { return relay.Ready() == nil })
}

// awaitRefused waits until the relay refuses its topics, for a reason that contains all the texts.
func (h *house) awaitRefused(relay *outbox.Relay, texts ...string) {
	h.t.Helper()
	h.eventually("the relay says so", func() bool {
		err := relay.Ready()
		return err != nil && !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(err.Error(), text) })
	})
}

// createUsual creates the state topic as a release before the settings of compaction did.
func (h *house) createUsual(partitions int) {
	h.t.Helper()
	kafkatest.CreateTopic(h.t, h.topic(), partitions, map[string]string{"cleanup.policy": "compact", "compression.type": "uncompressed"})
}

func TestATopicThatDiffersIsRefusedWithoutTheRightToCreate(t *testing.T) {
	h := newHouse(t)
	h.createUsual(3)
	h.denyCreation()
	h.append(state("a", 1))
	h.awaitRefused(h.runRelay(), "has 3 partitions, and must have 6")
	if found := kafkatest.Records(t, h.topic()); len(found) != 0 {
		t.Errorf("%d records were published", len(found))
	}
}

func TestATopicOfAnEarlierReleaseIsChanged(t *testing.T) {
	h := newHouse(t)
	h.createUsual(contracts.Partitions)
	relay := h.runRelay()
	h.eventually("the relay is ready", func() bool { return relay.Ready() == nil })
	described, err := kafkatest.Client(t).DescribeConfigs(t.Context(), &kafka.DescribeConfigsRequest{
		Resources: []kafka.DescribeConfigRequestResource{{ResourceType: kafka.ResourceTypeTopic, ResourceName: h.topic()}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := outbox.TopicSettings(contracts.Topics(contracts.TopicAccount)[0], 1)
	delete(want, "min.cleanable.dirty.ratio") // It only says how much earlier.
	for _, entry := range described.Resources[0].ConfigEntries {
		if value, ok := want[entry.ConfigName]; ok && value == entry.ConfigValue {
			delete(want, entry.ConfigName)
		}
	}
	if len(want) > 0 {
		t.Errorf("not set: %v", want)
	}
}

func TestATopicOfAnEarlierReleaseThatMayNotBeChangedIsRefused(t *testing.T) {
	h := newHouse(t)
	h.createUsual(contracts.Partitions)
	h.denyCreation()
	h.append(state("a", 1))
	h.awaitRefused(h.runRelay(), "segment.ms=86400000", "max.compaction.lag.ms=172800000", "delete.retention.ms=1209600000", "deleted users stay in its log")
	if found := kafkatest.Records(t, h.topic()); len(found) != 0 {
		t.Errorf("%d records were published", len(found))
	}
}

func TestATopicThatMayNotBeCreatedIsReported(t *testing.T) {
	h := newHouse(t)
	h.denyCreation()
	relay := h.runRelay()
	h.awaitRefused(relay, "does not exist, and this service may not create it")
}
