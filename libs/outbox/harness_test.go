package outbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/testkit/kafkatest"
	"muster/libs/testkit/pgtest"
)

// payload is an event as small or as large as a test needs it.
type payload struct {
	Topic   string `json:"-"`
	Key     string `json:"key"`
	Version int64  `json:"version"`
	Text    string `json:"text"`
}

func (p payload) EventType() string   { return p.Topic }
func (p payload) EventTopic() string  { return p.Topic }
func (p payload) EventKey() string    { return p.Key }
func (p payload) EventVersion() int64 { return p.Version }

func state(key string, version int64) payload {
	return payload{Topic: contracts.TopicAccount, Key: key, Version: version}
}

func happened(key string, version int64) payload {
	return payload{Topic: contracts.TopicAccountEvents, Key: key, Version: version}
}

// house is a service's database and its corner of the broker.
type house struct {
	t      *testing.T
	db     *gorm.DB
	url    string
	prefix string
	log    *logBuffer
}

func newHouse(t *testing.T, migrations ...pg.Migrations) *house {
	db, url := pgtest.New(t, append([]pg.Migrations{outbox.Migrations}, migrations...)...)
	h := &house{t: t, db: db, url: url, prefix: kafkatest.Prefix(t), log: &logBuffer{}}
	h.createTopic(contracts.TopicAccount, nil)
	return h
}

// createTopic creates a topic as its owner does, except for some settings.
func (h *house) createTopic(topic string, except map[string]string) {
	h.t.Helper()
	settings := outbox.TopicSettings(contracts.Topics(topic)[0], 1)
	maps.Copy(settings, except)
	kafkatest.CreateTopic(h.t, h.prefix+topic, contracts.Partitions, settings)
}

// forgetTopics goes to a corner of the broker without topics.
func (h *house) forgetTopics() {
	h.t.Helper()
	h.prefix = kafkatest.Prefix(h.t)
}

func (h *house) relay(changes ...func(*outbox.RelayConfig)) *outbox.Relay {
	h.t.Helper()
	config := outbox.RelayConfig{
		Service: "identity", PostgresURL: h.url, Brokers: []string{kafkatest.Broker(h.t)},
		Topics:      contracts.Topics(contracts.TopicAccount, contracts.TopicAccountEvents),
		TopicPrefix: h.prefix, Logger: slog.New(slog.NewTextHandler(h.log, nil)),
	}
	for _, change := range changes {
		change(&config)
	}
	relay, err := outbox.NewRelay(config)
	if err != nil {
		h.t.Fatal(err)
	}
	return relay
}

// run runs a relay until stop is called, or the test ends.
func (h *house) run(relay *outbox.Relay) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- relay.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				h.t.Errorf("Run returned %v", err)
			}
		case <-time.After(10 * time.Second):
			h.t.Error("the relay does not stop")
		}
	})
	h.t.Cleanup(stop)
	return stop
}

// publish appends in a transaction of its own.
func (h *house) publish(payloads ...contracts.Payload) {
	h.t.Helper()
	err := pg.Tx(context.Background(), h.db, func(ctx context.Context, tx *gorm.DB) error {
		return outbox.Append(ctx, tx, "identity", time.Now(), payloads...)
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) await(topic string, n int) []payload {
	h.t.Helper()
	return decode(h.t, kafkatest.Await(h.t, h.prefix+topic, n))
}

func decode(t *testing.T, messages []kafka.Message) []payload {
	t.Helper()
	found := make([]payload, len(messages))
	for i, m := range messages {
		if err := json.Unmarshal(m.Value, &found[i]); err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// rows counts what waits in the outbox.
func (h *house) rows() (n int) {
	h.t.Helper()
	if err := h.db.Raw("SELECT count(*) FROM outbox").Scan(&n).Error; err != nil {
		h.t.Fatal(err)
	}
	return n
}

// killRelays ends the database sessions of all relays, as the death of their processes would, and returns how many
// there were.
func (h *house) killRelays() (n int) {
	h.t.Helper()
	const kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'muster-outbox-identity'"
	if err := h.db.Raw(kill).Scan(&n).Error; err != nil {
		h.t.Fatal(err)
	}
	return n
}

func (h *house) eventually(what string, condition func() bool) {
	h.t.Helper()
	for deadline := time.Now().Add(15 * time.Second); !condition(); {
		if time.Now().After(deadline) {
			h.t.Fatalf("not in 15 s: %s\n%s", what, h.log)
		}
		<-time.After(5 * time.Millisecond)
	}
}

// text sums payloads up for comparison.
func text(payloads []payload) string {
	var b strings.Builder
	for _, p := range payloads {
		fmt.Fprintf(&b, "%s@%d ", p.Key, p.Version)
	}
	return strings.TrimSpace(b.String())
}

// logBuffer is a log that may be read while it is written.
type logBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buffer.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buffer.String()
}
