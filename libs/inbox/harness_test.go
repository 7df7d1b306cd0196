package inbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/inbox"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/testkit/kafkatest"
	"muster/libs/testkit/pgtest"
)

// views are what the tests' handler writes: the newest state of each key, and a journal of every record applied. The
// constraint makes some records impossible to apply.
var views = pg.Migrations{Name: "views", FS: fstest.MapFS{
	"0001_views.sql": {Data: []byte(`-- +goose Up
CREATE TABLE states (key text CONSTRAINT states_pk PRIMARY KEY, version bigint NOT NULL, text text NOT NULL);
CREATE TABLE journal (
	id bigint GENERATED ALWAYS AS IDENTITY, topic text NOT NULL, key text NOT NULL, version bigint NOT NULL,
	text text NOT NULL CONSTRAINT journal_no_poison CHECK (text <> 'poison')
);
`)},
}}

// payload is an event as a test needs it.
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

// Last is what the tests' handler notes about a tombstone.
func (payload) Last(userID, version int64) contracts.Payload {
	return payload{Topic: contracts.TopicAccount, Key: strconv.FormatInt(userID, 10), Version: version, Text: "gone"}
}

func state(key string, version int64) payload {
	return payload{Topic: contracts.TopicAccount, Key: key, Version: version}
}

func happened(key string, version int64) payload {
	return payload{Topic: contracts.TopicAccountEvents, Key: key, Version: version}
}

func poison(p payload) payload {
	p.Text = "poison"
	return p
}

// house is a consuming service's database and a corner of the broker.
type house struct {
	t      testing.TB
	db     *gorm.DB
	url    string
	prefix string
	log    *logBuffer
}

func newHouse(t testing.TB) *house {
	db, url := pgtest.New(t, inbox.Migrations, outbox.Migrations, views)
	h := &house{t: t, db: db, url: url, prefix: kafkatest.Prefix(t), log: &logBuffer{}}
	h.createTopics()
	return h
}

// createTopics makes the topics as their owners do.
func (h *house) createTopics() {
	h.t.Helper()
	kafkatest.CreateTopics(h.t, h.prefix, contracts.Topics(contracts.TopicAccount, contracts.TopicAccountEvents)...)
}

// journal is the handler that most tests use.
func journal(db *gorm.DB) inbox.Handler {
	return func(ctx context.Context, records []inbox.Record) error {
		for _, r := range records {
			p, err := contracts.Decode[payload](r.Event)
			if err != nil {
				return err
			}
			if err := note(pg.From(ctx, db), r, p); err != nil {
				return err
			}
		}
		return nil
	}
}

func note(tx *gorm.DB, r inbox.Record, p payload) error {
	err := tx.Exec("INSERT INTO journal (topic, key, version, text) VALUES (?, ?, ?, ?)", r.Topic, r.Key, p.Version, p.Text).Error
	if err != nil || r.Topic != contracts.TopicAccount {
		return err
	}
	return tx.Exec(`INSERT INTO states (key, version, text) VALUES (?, ?, ?)
		ON CONFLICT ON CONSTRAINT states_pk DO UPDATE SET version = excluded.version, text = excluded.text WHERE states.version < excluded.version`,
		r.Key, p.Version, p.Text).Error
}

func (h *house) config() inbox.Config {
	return inbox.Config{
		Name: "directory", Brokers: []string{kafkatest.Broker(h.t)}, TopicPrefix: h.prefix,
		Topics: []string{contracts.TopicAccount, contracts.TopicAccountEvents}, DB: h.db, Handle: journal(h.db),
		Logger: slog.New(slog.NewTextHandler(h.log, nil)),
	}
}

func (h *house) consumer(changes ...func(*inbox.Config)) *inbox.Consumer {
	h.t.Helper()
	config := h.config()
	for _, change := range changes {
		change(&config)
	}
	consumer, err := inbox.New(config)
	if err != nil {
		h.t.Fatal(err)
	}
	consumer.Hurry()
	return consumer
}

// run runs a consumer until stop is called, or the test ends.
func (h *house) run(consumer *inbox.Consumer) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- consumer.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				h.t.Errorf("Run returned %v", err)
			}
		case <-time.After(10 * time.Second):
			h.t.Error("the consumer does not stop")
		}
	})
	h.t.Cleanup(stop)
	return stop
}

// publish writes events as a relay would. The service that they seem to come from is identity.
func (h *house) publish(payloads ...contracts.Payload) {
	h.t.Helper()
	kafkatest.Publish(h.t, h.prefix, "identity", payloads...)
}

// entry is a line of the journal.
type entry struct {
	Topic   string
	Key     string
	Version int64
	Text    string
}

// journaled is the journal of a topic so far.
func (h *house) journaled(topic string) (entries []entry) {
	h.t.Helper()
	if err := h.db.Raw("SELECT topic, key, version, text FROM journal WHERE topic = ? ORDER BY id", topic).Scan(&entries).Error; err != nil {
		h.t.Fatal(err)
	}
	return entries
}

// awaitJournal waits until the journal of a topic has n lines.
func (h *house) awaitJournal(topic string, n int) []entry {
	h.t.Helper()
	h.eventually(fmt.Sprintf("%d records of %s applied", n, topic), func() bool { return len(h.journaled(topic)) >= n })
	return h.journaled(topic)
}

// versions are those of one key in the order of their application.
func versions(entries []entry, key string) (list []int64) {
	for _, e := range entries {
		if e.Key == key {
			list = append(list, e.Version)
		}
	}
	return list
}

func (h *house) parked() []inbox.ParkedRecord {
	h.t.Helper()
	list, err := h.consumer().Parked(context.Background(), 0, 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

// forgetIdleSessions closes the idle sessions of the pool, some of which the server may have ended: the next statement would fail.
func (h *house) forgetIdleSessions() {
	h.t.Helper()
	pool, err := h.db.DB()
	if err != nil {
		h.t.Fatal(err)
	}
	pool.SetMaxIdleConns(-1)
	pool.SetMaxIdleConns(2)
}

// cure makes poison harmless.
func (h *house) cure() {
	h.t.Helper()
	if err := h.db.Exec("ALTER TABLE journal DROP CONSTRAINT journal_no_poison").Error; err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) eventually(what string, condition func() bool) {
	h.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !condition(); {
		if time.Now().After(deadline) {
			h.t.Fatalf("not in 20 s: %s\n%s", what, h.log)
		}
		<-time.After(5 * time.Millisecond)
	}
}

func (h *house) awaitReady(consumer *inbox.Consumer) {
	h.t.Helper()
	h.eventually("the consumer is ready", func() bool { return consumer.Ready() == nil })
}

// exactlyInOrder checks that each key's versions were applied once, one after the other, and counts them.
func exactlyInOrder(t *testing.T, entries []entry) int {
	t.Helper()
	newest := make(map[string]int64)
	for _, e := range entries {
		if e.Version != newest[e.Key]+1 {
			t.Fatalf("version %d of %s was applied after version %d", e.Version, e.Key, newest[e.Key])
		}
		newest[e.Key] = e.Version
	}
	return len(entries)
}

// many are events of several keys, n of each, versions from first on.
func many(make func(string, int64) payload, keys, n int, first int64) (list []contracts.Payload) {
	for v := range n {
		for k := range keys {
			list = append(list, make(fmt.Sprint("k", k), first+int64(v)))
		}
	}
	return list
}

var errOops = errors.New("oops")

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

func (l *logBuffer) count(text string) int { return strings.Count(l.String(), text) }
