package ops_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/libs/inbox"
	"muster/libs/ops"
	"muster/libs/ops/opscli"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/testkit/kafkatest"
	"muster/libs/testkit/pgtest"
	"muster/libs/web"
)

const secret = "a secret of the services, 32 bytes long"

// tables are what the service under test owns (accounts) and what it keeps of others' states (copies). The constraint
// makes some records impossible to apply.
var tables = pg.Migrations{Name: "tables", FS: fstest.MapFS{"0001_tables.sql": {Data: []byte(`-- +goose Up
CREATE TABLE accounts (id bigint PRIMARY KEY, version bigint NOT NULL, email text NOT NULL);
CREATE TABLE copies (id bigint PRIMARY KEY, version bigint NOT NULL, email text NOT NULL CONSTRAINT copies_no_poison CHECK (email <> 'poison'));
CREATE TABLE applied (id bigint NOT NULL, version bigint NOT NULL);
`)}}}

// service is a small service that owns accounts and consumes them, too.
type service struct {
	t        *testing.T
	db       *gorm.DB
	url      string
	prefix   string
	log      *logBuffer
	consumer *inbox.Consumer
	addr     string
	tasks    []ops.Task // the dead ones
	model    ops.ModelState
}

func newService(t *testing.T) *service {
	db, url := pgtest.New(t, inbox.Migrations, outbox.Migrations, tables)
	s := &service{t: t, db: db, url: url, prefix: kafkatest.Prefix(t), log: &logBuffer{}}
	for _, topic := range []string{contracts.TopicAccount, contracts.TopicAccountEvents} {
		settings := outbox.TopicSettings(contracts.Topics(topic)[0], 1)
		settings["max.message.bytes"] = "20000"
		kafkatest.CreateTopic(t, s.prefix+topic, contracts.Partitions, settings)
	}
	consumer, err := inbox.New(inbox.Config{
		Name: "identity", Brokers: []string{kafkatest.Broker(t)}, TopicPrefix: s.prefix, Topics: []string{contracts.TopicAccount},
		DB: db, Handle: s.apply, Logger: s.logger(),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.consumer = consumer
	tokens, err := web.NewServiceTokens(secret, "identity")
	if err != nil {
		t.Fatal(err)
	}
	engine := web.New(web.Options{Service: "identity", Logger: s.logger()})
	ops.Mount(engine, ops.Config{
		Tokens: tokens, Logger: s.logger(), Consumer: consumer, DB: db, Republish: s.republish,
		Tasks: &ops.Tasks{List: s.listTasks, Replay: s.replayTask}, Model: s.readModel(),
	})
	server := httptest.NewServer(engine)
	t.Cleanup(server.Close)
	s.addr = server.URL
	return s
}

func (s *service) logger() *slog.Logger { return slog.New(slog.NewJSONHandler(s.log, nil)) }

func (s *service) apply(ctx context.Context, records []inbox.Record) error {
	tx := pg.From(ctx, s.db)
	for _, r := range records {
		a, err := contracts.Decode[identityv1.Account](r.Event)
		if err != nil {
			return err
		}
		changed := tx.Exec(`INSERT INTO copies (id, version, email) VALUES (?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET version = excluded.version, email = excluded.email WHERE copies.version < excluded.version`, a.UserID, a.Version, a.Email)
		if changed.Error != nil {
			return changed.Error
		}
		if changed.RowsAffected > 0 {
			if err := tx.Exec("INSERT INTO applied (id, version) VALUES (?, ?)", a.UserID, a.Version).Error; err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *service) republish(ctx context.Context, first, last int64, limit int) (n int, reached int64, err error) {
	err = pg.Tx(ctx, s.db, func(ctx context.Context, tx *gorm.DB) error {
		var rows []struct {
			ID, Version int64
			Email       string
		}
		err := tx.Raw("SELECT id, version, email FROM accounts WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ? FOR UPDATE", first, last, limit).Scan(&rows).Error
		if err != nil {
			return err
		}
		n, reached = len(rows), 0
		var payloads []contracts.Payload
		for _, a := range rows {
			payloads, reached = append(payloads, account(a.ID, a.Version, a.Email)), a.ID
		}
		return outbox.Append(ctx, tx, "identity", time.Now(), payloads...)
	})
	return n, reached, err
}

func (s *service) listTasks(_ context.Context, state string, after int64, limit int) (list []ops.Task, err error) {
	for _, task := range s.tasks {
		if task.State == state && task.ID > after && len(list) < limit {
			list = append(list, task)
		}
	}
	return list, nil
}

func (s *service) replayTask(_ context.Context, id int64) (bool, error) {
	for i := range s.tasks {
		if s.tasks[i].ID == id && s.tasks[i].State == "dead" {
			s.tasks[i].State = "waiting"
			return true, nil
		}
	}
	return false, nil
}

// readModel is a model whose build ends when it is accepted.
func (s *service) readModel() *ops.Model {
	return &ops.Model{
		Rebuild: func(context.Context) error {
			if s.model.Build != nil {
				return errs.New(errs.KindConflict, "REBUILD_IN_PROGRESS", "busy")
			}
			s.model.Build = &ops.ModelBuild{Version: 5, Phase: "requested", RequestedAt: time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC), Lacking: 7}
			return nil
		},
		Accept: func(context.Context) error {
			if s.model.Build == nil {
				return errs.New(errs.KindConflict, "NO_REBUILD_IN_PROGRESS", "idle")
			}
			s.model = ops.ModelState{Version: s.model.Build.Version}
			return nil
		},
		State: func(context.Context) (ops.ModelState, error) { return s.model, nil },
	}
}

func account(id, version int64, email string) identityv1.Account {
	return identityv1.Account{UserID: id, Version: version, Email: email}
}

// consume runs the consumer until stop is called, or the test ends.
func (s *service) consume() (stop func()) { return s.run(s.consumer.Run) }

// relay runs a relay in the same way.
func (s *service) relay() (stop func()) {
	s.t.Helper()
	relay, err := outbox.NewRelay(outbox.RelayConfig{
		Service: "identity", PostgresURL: s.url, Brokers: []string{kafkatest.Broker(s.t)}, TopicPrefix: s.prefix,
		Topics: contracts.Topics(contracts.TopicAccount, contracts.TopicAccountEvents), Logger: s.logger(),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.run(relay.Run)
}

func (s *service) run(part func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- part(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			s.t.Error(err)
		}
	})
	s.t.Cleanup(stop)
	return stop
}

func (s *service) exec(statement string, args ...any) {
	s.t.Helper()
	if err := s.db.Exec(statement, args...).Error; err != nil {
		s.t.Fatal(err)
	}
}

func (s *service) count(query string) (n int) {
	s.t.Helper()
	if err := s.db.Raw(query).Scan(&n).Error; err != nil {
		s.t.Fatal(err)
	}
	return n
}

// append puts events into the outbox.
func (s *service) append(payloads ...contracts.Payload) {
	s.t.Helper()
	err := pg.Tx(context.Background(), s.db, func(ctx context.Context, tx *gorm.DB) error {
		return outbox.Append(ctx, tx, "identity", time.Now(), payloads...)
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *service) eventually(what string, condition func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !condition(); {
		if time.Now().After(deadline) {
			s.t.Fatalf("not in 20 s: %s\n%s", what, s.log)
		}
		<-time.After(5 * time.Millisecond)
	}
}

// muster runs "muster ops identity" with more arguments and returns what it printed and its exit code.
func (s *service) muster(args ...string) (stdout, stderr string, code int) {
	s.t.Helper()
	return muster(s.addr, append([]string{"identity"}, args...)...)
}

func muster(addr string, args ...string) (stdout, stderr string, code int) {
	environment := map[string]string{"MUSTER_SERVICE_SECRET": secret, "MUSTER_OPERATOR": "grace\nhopper", "MUSTER_IDENTITY_INTERNAL_ADDR": addr}
	var out, complaints bytes.Buffer
	code = opscli.Run(context.Background(), args, opscli.Environment{
		Getenv: func(name string) string { return environment[name] }, Stdout: &out, Stderr: &complaints,
	})
	return out.String(), complaints.String(), code
}

// must runs a command that has to succeed and print these words.
func (s *service) must(words []string, args ...string) string {
	s.t.Helper()
	out, complaints, code := s.muster(args...)
	if code != 0 {
		s.t.Fatalf("%v: exit code %d: %s", args, code, complaints)
	}
	for _, word := range words {
		if !strings.Contains(out, word) {
			s.t.Fatalf("%v does not say %q:\n%s", args, word, out)
		}
	}
	return out
}

// refused runs a command that the service must refuse with a code.
func (s *service) refused(code string, args ...string) {
	s.t.Helper()
	if out, complaints, exit := s.muster(args...); exit != 1 || !strings.Contains(complaints, code) {
		s.t.Errorf("%v: exit code %d: %s%s", args, exit, out, complaints)
	}
}

// list reads a list in JSON.
func list[T any](s *service, args ...string) []T {
	s.t.Helper()
	var page ops.Page[T]
	if err := json.Unmarshal([]byte(s.must(nil, append(args, "--json")...)), &page); err != nil {
		s.t.Fatal(err)
	}
	return page.Data
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
