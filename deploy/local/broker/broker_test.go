package broker_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"muster/deploy/local/broker"
)

const topic, group = "directory.user.v1", "billing"

func start(t *testing.T, options broker.Options) *broker.Broker {
	t.Helper()
	b, err := broker.Start(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

func client(t *testing.T, b *broker.Broker, options ...kgo.Opt) *kgo.Client {
	t.Helper()
	c, err := kgo.NewClient(append(options, kgo.SeedBrokers(b.Addr()))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func createTopic(t *testing.T, c *kgo.Client) {
	t.Helper()
	request := kmsg.NewPtrCreateTopicsRequest()
	wanted := kmsg.NewCreateTopicsRequestTopic()
	wanted.Topic, wanted.NumPartitions, wanted.ReplicationFactor = topic, 1, 1
	request.Topics = append(request.Topics, wanted)
	response, err := request.RequestWith(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if err := kerr.ErrorForCode(response.Topics[0].ErrorCode); err != nil {
		t.Fatal(err)
	}
}

// consume reads one record as a member of the group and commits it.
func consume(t *testing.T, b *broker.Broker) string {
	t.Helper()
	c := client(t, b, kgo.ConsumerGroup(group), kgo.ConsumeTopics(topic), kgo.DisableAutoCommit())
	defer c.Close()
	records := c.PollRecords(t.Context(), 1).Records()
	if len(records) != 1 {
		t.Fatalf("%d records", len(records))
	}
	if err := c.CommitRecords(t.Context(), records...); err != nil {
		t.Fatal(err)
	}
	return string(records[0].Value)
}

func TestRecordsAndOffsetsSurviveARestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kafka")
	first := start(t, broker.Options{DataDir: dir, Throwaway: true})
	producer := client(t, first)
	createTopic(t, producer)
	for _, value := range []string{"one", "two"} {
		if err := producer.ProduceSync(t.Context(), &kgo.Record{Topic: topic, Key: []byte("7"), Value: []byte(value)}).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	if got := consume(t, first); got != "one" {
		t.Fatalf("consumed %q first", got)
	}
	producer.Close()
	first.Close()
	first.Close()

	second := start(t, broker.Options{DataDir: dir, Throwaway: true})
	if got := consume(t, second); got != "two" {
		t.Errorf("after the restart consumed %q, want the record behind the committed offset", got)
	}
}

func TestAskingForAnUnknownTopicDoesNotMakeIt(t *testing.T) {
	b := start(t, broker.Options{})
	c := client(t, b, kgo.AllowAutoTopicCreation())
	for range 2 {
		request := kmsg.NewPtrMetadataRequest()
		wanted := kmsg.NewMetadataRequestTopic()
		name := topic
		wanted.Topic = &name
		request.Topics, request.AllowAutoTopicCreation = append(request.Topics, wanted), true
		response, err := request.RequestWith(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if err := kerr.ErrorForCode(response.Topics[0].ErrorCode); !errors.Is(err, kerr.UnknownTopicOrPartition) {
			t.Errorf("got %v", err)
		}
	}
}

func TestATakenPortIsExplained(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, err = broker.Start(broker.Options{Port: listener.Addr().(*net.TCPAddr).Port, PortSetting: "MUSTER_KAFKA_PORT"})
	if err == nil || !strings.Contains(err.Error(), "set MUSTER_KAFKA_PORT to another port") {
		t.Errorf("got %v", err)
	}
}

func TestADataDirectoryThatIsAFileIsExplained(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kafka")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := broker.Start(broker.Options{DataDir: path})
	if err == nil || !strings.Contains(err.Error(), "start afresh with an empty data directory") {
		t.Errorf("got %v", err)
	}
}
