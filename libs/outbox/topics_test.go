package outbox_test

import (
	"context"
	"maps"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol/createtopics"
	"github.com/segmentio/kafka-go/protocol/describeconfigs"
	"github.com/segmentio/kafka-go/protocol/incrementalalterconfigs"
	"github.com/segmentio/kafka-go/protocol/metadata"
	"github.com/segmentio/kafka-go/protocol/produce"

	"muster/libs/contracts"
	"muster/libs/outbox"
	"muster/libs/testkit/kafkatest"
)

func TestTopicsAreCreatedAsTheyShouldBe(t *testing.T) {
	h := newHouse(t)
	h.forgetTopics()
	h.run(h.relay())
	h.eventually("both topics", func() bool { return strings.Count(h.log.String(), "topic created") == 2 })
	want := map[string]map[string]string{
		contracts.TopicAccount: {
			"cleanup.policy": "compact", "compression.type": "uncompressed", "segment.ms": "86400000", "max.compaction.lag.ms": "172800000",
			"delete.retention.ms": "1209600000", "min.cleanable.dirty.ratio": "0.1",
		},
		contracts.TopicAccountEvents: {"cleanup.policy": "delete", "retention.ms": "1209600000"},
	}
	for topic, settings := range want {
		described, err := kafkatest.Client(t).DescribeConfigs(t.Context(), &kafka.DescribeConfigsRequest{
			Resources: []kafka.DescribeConfigRequestResource{{ResourceType: kafka.ResourceTypeTopic, ResourceName: h.prefix + topic}},
		})
		if err != nil {
			t.Fatal(err)
		}
		for setting, value := range settings {
			if got := settingOf(described.Resources[0], setting); got != value {
				t.Errorf("%s: %s = %s, want %s", topic, setting, got, value)
			}
		}
		metadata, err := kafkatest.Client(t).Metadata(t.Context(), &kafka.MetadataRequest{Topics: []string{h.prefix + topic}})
		if err != nil || len(metadata.Topics[0].Partitions) != contracts.Partitions {
			t.Errorf("%s has %d partitions (%v)", topic, len(metadata.Topics[0].Partitions), err)
		}
	}
}

func TestATopicThatIsNotAsItMustBeIsRefused(t *testing.T) {
	for name, refused := range map[string]struct {
		topic       string
		partitions  int
		replication int
		settings    map[string]string
		says        string
	}{
		"partitions":   {contracts.TopicAccountEvents, 3, 1, nil, "has 3 partitions, and must have 6"},
		"replication":  {contracts.TopicAccountEvents, 6, 3, nil, "has 1 replicas, and must have 3"},
		"state policy": {contracts.TopicAccount, 6, 1, map[string]string{"cleanup.policy": "delete"}, "must be compacted"},
		"both":         {contracts.TopicAccount, 6, 1, map[string]string{"cleanup.policy": "compact,delete"}, "nothing else"},
		"event policy": {contracts.TopicAccountEvents, 6, 1, map[string]string{"cleanup.policy": "compact"}, "must not be compacted"},
		"compression":  {contracts.TopicAccount, 6, 1, map[string]string{"compression.type": "gzip"}, "must be uncompressed"},
		"retention":    {contracts.TopicAccountEvents, 6, 1, map[string]string{"retention.ms": "86400000"}, "must be at least 1209600000"},
		"min ISR":      {contracts.TopicAccountEvents, 6, 1, map[string]string{"min.insync.replicas": "2"}, "nothing can be written"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.forgetTopics()
			settings := outbox.TopicSettings(contracts.Topics(refused.topic)[0], 1)
			maps.Copy(settings, refused.settings)
			kafkatest.CreateTopic(t, h.prefix+refused.topic, refused.partitions, settings)
			h.publish(payload{Topic: refused.topic, Key: "1", Version: 1})
			relay := h.relay(func(c *outbox.RelayConfig) {
				c.Replication, c.Topics = refused.replication, contracts.Topics(refused.topic)
			})
			h.run(relay)
			h.eventually("it is refused", func() bool {
				err := relay.Ready()
				return err != nil && strings.Contains(err.Error(), refused.says) && strings.Contains(h.log.String(), refused.says)
			})
			if n := h.rows(); n != 1 {
				t.Errorf("%d events wait", n)
			}
		})
	}
}

// settingOf is the value of a topic's setting.
func settingOf(described kafka.DescribeConfigResponseResource, setting string) string {
	for _, entry := range described.ConfigEntries {
		if entry.ConfigName == setting {
			return entry.ConfigValue
		}
	}
	return ""
}

// late are settings of a state topic that keep deleted users for long, and forget soon that they were deleted.
var late = map[string]string{"segment.ms": "604800000", "max.compaction.lag.ms": "9223372036854775807", "delete.retention.ms": "86400000"}

func TestATopicThatIsCompactedLateIsChanged(t *testing.T) {
	h := newHouse(t)
	h.forgetTopics()
	h.createTopic(contracts.TopicAccount, late)
	relay := h.relay()
	h.run(relay)
	h.eventually("it is ready", func() bool { return relay.Ready() == nil })
	described, err := kafkatest.Client(t).DescribeConfigs(t.Context(), &kafka.DescribeConfigsRequest{
		Resources: []kafka.DescribeConfigRequestResource{{ResourceType: kafka.ResourceTypeTopic, ResourceName: h.prefix + contracts.TopicAccount}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for setting := range late {
		want := outbox.TopicSettings(contracts.Topics(contracts.TopicAccount)[0], 1)[setting]
		if got := settingOf(described.Resources[0], setting); got != want {
			t.Errorf("%s = %s, want %s", setting, got, want)
		}
	}
}

func TestATopicThatIsCompactedLateAndMayNotBeChangedIsRefused(t *testing.T) {
	h := newHouse(t)
	h.forgetTopics()
	h.createTopic(contracts.TopicAccount, late)
	var denied rights
	denied.alter.Store(true)
	relay := h.relay()
	denied.deny(relay)
	h.run(relay)
	h.publish(state("1", 1))
	h.eventually("it says so", func() bool {
		err := relay.Ready()
		return err != nil && strings.Contains(err.Error(), "max.compaction.lag.ms=172800000") && strings.Contains(err.Error(), "deleted users stay in its log")
	})
	if n := h.rows(); n != 1 {
		t.Errorf("%d events wait", n)
	}
	denied.alter.Store(false)
	h.await(contracts.TopicAccount, 1)
}

func TestATopicThatHasBeenCorrectedIsUsed(t *testing.T) {
	h := newHouse(t)
	h.createTopic(contracts.TopicAccountEvents, map[string]string{"retention.ms": "1000"})
	relay := h.relay()
	if err := relay.Ready(); err == nil {
		t.Error("ready before it has looked")
	}
	h.run(relay)
	h.publish(state("1", 1))
	h.eventually("it is refused", func() bool { return strings.Contains(h.log.String(), "retention.ms=1000") })
	_, err := kafkatest.Client(t).IncrementalAlterConfigs(t.Context(), &kafka.IncrementalAlterConfigsRequest{
		Resources: []kafka.IncrementalAlterConfigsRequestResource{{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: h.prefix + contracts.TopicAccountEvents,
			Configs: []kafka.IncrementalAlterConfigsRequestConfig{{Name: "retention.ms", Value: "-1", ConfigOperation: kafka.ConfigOperationSet}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.await(contracts.TopicAccount, 1)
	h.eventually("it is ready", func() bool { return relay.Ready() == nil })
}

// rights are those that a broker denies.
type rights struct{ create, describe, alter, write atomic.Bool }

// deny puts the rights between a relay and the broker.
func (r *rights) deny(relay *outbox.Relay) {
	relay.RoundTripWith(func(to kafka.RoundTripper) kafka.RoundTripper { return limited{to, r} })
}

// limited is a broker that denies rights.
type limited struct {
	kafka.RoundTripper
	*rights
}

func (r limited) RoundTrip(ctx context.Context, addr net.Addr, request kafka.Request) (kafka.Response, error) {
	switch request := request.(type) {
	case *createtopics.Request:
		if r.create.Load() {
			answer := &createtopics.Response{}
			for _, t := range request.Topics { // Also for topics that exist.
				answer.Topics = append(answer.Topics, createtopics.ResponseTopic{Name: t.Name, ErrorCode: int16(kafka.TopicAuthorizationFailed)})
			}
			return answer, nil
		}
	case *describeconfigs.Request:
		if r.describe.Load() {
			answer := &describeconfigs.Response{}
			for _, t := range request.Resources {
				answer.Resources = append(answer.Resources, describeconfigs.ResponseResource{
					ResourceType: t.ResourceType, ResourceName: t.ResourceName, ErrorCode: int16(kafka.TopicAuthorizationFailed)})
			}
			return answer, nil
		}
	case *incrementalalterconfigs.Request:
		if r.alter.Load() {
			answer := &incrementalalterconfigs.Response{}
			for _, t := range request.Resources {
				answer.Responses = append(answer.Responses, incrementalalterconfigs.ResponseAlterResponse{
					ResourceType: t.ResourceType, ResourceName: t.ResourceName, ErrorCode: int16(kafka.TopicAuthorizationFailed)})
			}
			return answer, nil
		}
	case *produce.Request:
		if r.write.Load() {
			return nil, kafka.TopicAuthorizationFailed
		}
	}
	return r.RoundTripper.RoundTrip(ctx, addr, request)
}

func TestTopicsThatExistNeedNoRightToCreateThem(t *testing.T) {
	h := newHouse(t)
	h.createTopic(contracts.TopicAccountEvents, nil)
	var denied rights
	denied.create.Store(true)
	denied.describe.Store(true)
	relay := h.relay()
	denied.deny(relay)
	h.run(relay)
	h.publish(state("1", 1))
	h.await(contracts.TopicAccount, 1)
	h.eventually("it is ready", func() bool { return relay.Ready() == nil })
	if !strings.Contains(h.log.String(), "cannot read the settings of a topic") {
		t.Errorf("it does not say that it checked nothing: %s", h.log)
	}
}

func TestMissingRightsAreReported(t *testing.T) {
	h := newHouse(t)
	h.forgetTopics()
	var denied rights
	denied.create.Store(true)
	denied.write.Store(true)
	relay := h.relay()
	denied.deny(relay)
	h.run(relay)
	h.publish(state("1", 1))
	says := func(text string) func() bool {
		return func() bool {
			err := relay.Ready()
			return err != nil && strings.Contains(err.Error(), text)
		}
	}
	h.eventually("it says that it may not create", says("may not create it"))
	denied.create.Store(false)
	h.eventually("it says that it may not write", says("may not write"))
	denied.write.Store(false)
	h.await(contracts.TopicAccount, 1)
	h.eventually("it is ready", func() bool { return relay.Ready() == nil })
}

// forgetful is a broker that knows nothing of a topic for a moment after it was created: it refuses one batch, and one
// look at the topics after that.
type forgetful struct {
	kafka.RoundTripper
	batches, looks *atomic.Int64
}

func (b forgetful) RoundTrip(ctx context.Context, addr net.Addr, request kafka.Request) (kafka.Response, error) {
	switch request.(type) {
	case *produce.Request:
		if b.batches.Add(1) == 1 {
			return nil, kafka.UnknownTopicOrPartition
		}
	case *metadata.Request:
		if b.batches.Load() == 1 && b.looks.Add(1) == 1 {
			return nil, kafka.TopicAlreadyExists
		}
	}
	return b.RoundTripper.RoundTrip(ctx, addr, request)
}

func TestATopicThatIsMissedForAMomentIsCheckedAgain(t *testing.T) {
	h := newHouse(t)
	var batches, looks atomic.Int64
	relay := h.relay()
	relay.RoundTripWith(func(to kafka.RoundTripper) kafka.RoundTripper { return forgetful{to, &batches, &looks} })
	h.run(relay)
	h.publish(state("1", 1))
	h.await(contracts.TopicAccount, 1)
	if looks.Load() == 0 {
		t.Fatal("the topics were not looked at: the test shows nothing")
	}
	h.eventually("it is ready", func() bool { return relay.Ready() == nil })
}
