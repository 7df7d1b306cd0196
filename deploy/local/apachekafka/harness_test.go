//go:build apachekafka

package apachekafka_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/inbox"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/testkit/eventually"
	"muster/libs/testkit/kafkatest"
	"muster/libs/testkit/pgtest"
)

// poison is a name that the handler cannot apply.
const poison = "poison"

const patience = 30 * time.Second

// views hold the newest version of each key, as the read model of a service does, and a journal of every record applied.
var views = pg.Migrations{Name: "views", FS: fstest.MapFS{"0001_views.sql": {Data: []byte(`-- +goose Up
CREATE TABLE states (key text CONSTRAINT states_pk PRIMARY KEY, version bigint NOT NULL, deleted boolean NOT NULL DEFAULT false);
CREATE TABLE journal (id bigint GENERATED ALWAYS AS IDENTITY, event_id text NOT NULL, key text NOT NULL, version bigint NOT NULL);
`)}}}

// payload is a state of an account.
type payload struct {
	Key     string `json:"key"`
	Version int64  `json:"version"`
	Name    string `json:"name"`
	Deleted bool   `json:"deleted"`
}

func (payload) EventType() string     { return contracts.TopicAccount }
func (payload) EventTopic() string    { return contracts.TopicAccount }
func (p payload) EventKey() string    { return p.Key }
func (p payload) EventVersion() int64 { return p.Version }

func (payload) Last(userID, version int64) contracts.Payload {
	return payload{Key: strconv.FormatInt(userID, 10), Version: version, Deleted: true}
}

func state(key string, version int64) payload { return payload{Key: key, Version: version} }

// house is a service's database, and its corner of the broker.
type house struct {
	t      *testing.T
	db     *gorm.DB
	url    string
	prefix string
	log    *logBuffer
}

func newHouse(t *testing.T) *house {
	db, url := pgtest.New(t, inbox.Migrations, outbox.Migrations, views)
	h := &house{t: t, db: db, url: url, prefix: kafkatest.Prefix(t), log: &logBuffer{}}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(h.log)
		}
	})
	return h
}

// createTopic creates the state topic with one partition, so that the order of all records is known.
func (h *house) createTopic(settings map[string]string) {
	h.t.Helper()
	all := map[string]string{"cleanup.policy": "compact", "compression.type": "uncompressed"}
	maps.Copy(all, settings)
	kafkatest.CreateTopic(h.t, h.topic(), 1, all)
}

func (h *house) topic() string { return h.prefix + contracts.TopicAccount }

func (h *house) publish(payloads ...contracts.Payload) {
	h.t.Helper()
	kafkatest.Publish(h.t, h.prefix, "identity", payloads...)
}

// run runs a consumer until stop is called, or the test ends.
func (h *house) run() (consumer *inbox.Consumer, stop func()) {
	h.t.Helper()
	consumer, err := inbox.New(inbox.Config{
		Name: "directory", Brokers: []string{broker.Addr()}, TopicPrefix: h.prefix, Topics: []string{contracts.TopicAccount},
		DB: h.db, Handle: h.apply, Logger: slog.New(slog.NewTextHandler(h.log, nil)),
	})
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- consumer.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			h.t.Errorf("Run returned %v", err)
		}
	})
	h.t.Cleanup(stop)
	return consumer, stop
}

func (h *house) apply(ctx context.Context, records []inbox.Record) error {
	for _, r := range records {
		p, err := contracts.Decode[payload](r.Event)
		if err != nil {
			return err
		}
		if p.Name == poison {
			return errors.New("this name cannot be applied")
		}
		tx := pg.From(ctx, h.db)
		if err := tx.Exec("INSERT INTO journal (event_id, key, version) VALUES (?, ?, ?)", r.ID, p.Key, p.Version).Error; err != nil {
			return err
		}
		err = tx.Exec(`INSERT INTO states (key, version, deleted) VALUES (?, ?, ?)
			ON CONFLICT ON CONSTRAINT states_pk DO UPDATE SET version = excluded.version, deleted = excluded.deleted
			WHERE states.version < excluded.version`, p.Key, p.Version, p.Deleted).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// states are the versions applied, by key.
func (h *house) states() map[string]int64 {
	h.t.Helper()
	var rows []struct {
		Key     string
		Version int64
	}
	if err := h.db.Raw("SELECT key, version FROM states").Scan(&rows).Error; err != nil {
		h.t.Fatal(err)
	}
	found := make(map[string]int64)
	for _, r := range rows {
		found[r.Key] = r.Version
	}
	return found
}

func (h *house) eventually(what string, condition func() bool) {
	h.t.Helper()
	eventually.Holds(h.t, patience, what, condition)
}

// awaitReady waits until everything in the topic has been applied.
func (h *house) awaitReady(consumer *inbox.Consumer) {
	h.t.Helper()
	h.eventually("the consumer is ready", func() bool { return consumer.Ready() == nil })
}

// awaitStopped waits until the consumer refuses to go on, for a reason that contains problem.
func (h *house) awaitStopped(consumer *inbox.Consumer, problem string) {
	h.t.Helper()
	h.eventually("the consumer has stopped: "+problem, func() bool {
		err := consumer.Ready()
		return err != nil && strings.Contains(err.Error(), problem)
	})
}

// producer is an idempotent producer, as all clients but kafka-go are by default.
func (h *house) producer() *kgo.Client {
	h.t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(broker.Addr()), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(client.Close)
	return client
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
