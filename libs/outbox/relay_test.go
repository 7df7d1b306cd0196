package outbox_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/segmentio/kafka-go"
	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/testkit/kafkatest"
)

var aggregates = pg.Migrations{Name: "aggregates", FS: fstest.MapFS{
	"0001_aggregates.sql": {Data: []byte("-- +goose Up\nCREATE TABLE aggregates (id text PRIMARY KEY, version bigint NOT NULL);\n")},
}}

// change makes a new version of an aggregate the way that Append asks for: the row first, then the event.
func (h *house) change(id string) error {
	return pg.Tx(context.Background(), h.db, func(ctx context.Context, tx *gorm.DB) error {
		var version int64
		err := tx.Raw("INSERT INTO aggregates (id, version) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET version = aggregates.version + 1 RETURNING version", id).Scan(&version).Error
		if err != nil {
			return err
		}
		return outbox.Append(ctx, tx, "identity", time.Now(), state(id, version))
	})
}

// changes makes n changes of a few aggregates from several goroutines at once.
func (h *house) changes(n int) {
	h.t.Helper()
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for range n / 8 {
				if err := h.change(fmt.Sprint(rand.IntN(5))); err != nil {
					h.t.Error(err)
				}
			}
		})
	}
	workers.Wait()
}

// inOrder checks that each key's versions come one after the other. With repeats, older ones may come again.
func inOrder(t *testing.T, found []payload, repeats bool) (repeated int) {
	t.Helper()
	newest := make(map[string]int64)
	for _, p := range found {
		switch {
		case p.Version == newest[p.Key]+1:
			newest[p.Key] = p.Version
		case repeats && p.Version <= newest[p.Key]:
			repeated++
		default:
			t.Fatalf("version %d of %s follows version %d", p.Version, p.Key, newest[p.Key])
		}
	}
	return repeated
}

func TestEachKeyKeepsItsOrder(t *testing.T) {
	h := newHouse(t, aggregates)
	h.run(h.relay())
	h.changes(800)
	found := h.await(contracts.TopicAccount, 800)
	inOrder(t, found, false)
	if len(found) != 800 {
		t.Errorf("%d records, want 800", len(found))
	}
}

func TestABacklogIsPublishedPageByPage(t *testing.T) {
	h := newHouse(t)
	var backlog []contracts.Payload
	for i := range 2*outbox.PageRows + 10 {
		backlog = append(backlog, state("1", int64(i+1)))
	}
	h.publish(backlog...)
	for i := range 5 { // Too much for one request together, and not alone.
		h.publish(payload{Topic: contracts.TopicAccount, Key: "1", Version: int64(len(backlog) + i + 1), Text: strings.Repeat("x", 300<<10)})
	}
	h.run(h.relay())
	found := h.await(contracts.TopicAccount, len(backlog)+5)
	inOrder(t, found, false)
	h.eventually("an empty outbox", func() bool { return h.rows() == 0 })
}

func TestAPageFitsIntoOneRequest(t *testing.T) {
	h := newHouse(t)
	for i, kib := range []int{900, 200, 200, 200, 1} {
		h.publish(payload{Topic: contracts.TopicAccount, Key: "1", Version: int64(i + 1), Text: strings.Repeat("x", kib<<10)})
	}
	for _, want := range []int{1, 2, 2} { // The large one by itself, then what half a MiB holds.
		sizes, err := outbox.ReadPage(context.Background(), h.url)
		if err != nil || len(sizes) != want {
			t.Fatalf("the page holds %v (%v), want %d rows", sizes, err, want)
		}
		if err := h.db.Exec("DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT ?)", want).Error; err != nil {
			t.Fatal(err)
		}
	}
}

func TestARelayThatDiesBeforeTheDeletePublishesAgain(t *testing.T) {
	h := newHouse(t)
	h.publish(state("1", 1), state("2", 1))
	// A lock on the rows keeps the relay from deleting them.
	release := make(chan struct{})
	locked, done := make(chan struct{}), make(chan error, 1)
	go func() {
		done <- pg.Tx(context.Background(), h.db, func(_ context.Context, tx *gorm.DB) error {
			err := tx.Exec("SELECT id FROM outbox FOR UPDATE").Error
			close(locked)
			<-release
			return err
		})
	}()
	<-locked
	h.run(h.relay())
	h.await(contracts.TopicAccount, 2)
	if n := h.killRelays(); n != 1 {
		t.Errorf("killed %d relays, want 1", n)
	}
	close(release)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	messages := kafkatest.Await(t, h.prefix+contracts.TopicAccount, 4)
	h.eventually("an empty outbox", func() bool { return h.rows() == 0 })
	ids := make(map[string]int)
	for _, m := range messages {
		ids[header(m, contracts.HeaderID)]++
	}
	if len(ids) != 2 {
		t.Errorf("%d event ids in %d records, want each of 2 twice", len(ids), len(messages))
	}
}

func header(m kafka.Message, name string) string {
	for _, h := range m.Headers {
		if h.Key == name {
			return string(h.Value)
		}
	}
	return ""
}

func TestOneOfTwoRelaysWorksAndTheOtherTakesOver(t *testing.T) {
	h := newHouse(t, aggregates)
	stopFirst := h.run(h.relay())
	h.eventually("a leader", func() bool { return strings.Count(h.log.String(), "the relay is the leader") == 1 })
	h.run(h.relay())
	h.changes(400)
	inOrder(t, h.await(contracts.TopicAccount, 400), false)
	if n := strings.Count(h.log.String(), "the relay is the leader"); n != 1 {
		t.Errorf("%d relays led at the same time", n)
	}
	stopFirst()
	h.changes(400)
	inOrder(t, h.await(contracts.TopicAccount, 800), false)
	if n := strings.Count(h.log.String(), "the relay is the leader"); n != 2 {
		t.Errorf("%d leaders so far, want the second relay to lead after the first", n)
	}
}

func TestAStoppedRelayFlushesAndReleasesTheLock(t *testing.T) {
	h := newHouse(t)
	for round := range 5 {
		stop := h.run(h.relay())
		h.publish(state("1", int64(2*round+1)))
		h.await(contracts.TopicAccount, 2*round+1)
		h.publish(state("1", int64(2*round+2)))
		stop()
		if n := h.rows(); n != 0 {
			t.Fatalf("round %d: %d rows left behind", round, n)
		}
		const held = "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database WHERE locktype = 'advisory' AND datname = current_database()"
		var locks int
		if err := h.db.Raw(held).Scan(&locks).Error; err != nil || locks != 0 {
			t.Errorf("round %d: %d locks are still held (%v): a successor would have to wait", round, locks, err)
		}
	}
	inOrder(t, h.await(contracts.TopicAccount, 10), false)
}

func TestARelaySurvivesTheLossOfItsDatabaseConnection(t *testing.T) {
	h := newHouse(t, aggregates)
	h.run(h.relay())
	h.run(h.relay())
	var killer sync.WaitGroup
	killer.Go(func() {
		for leaders := range 8 { // Each is killed soon after its election.
			h.eventually("another leader", func() bool { return strings.Count(h.log.String(), "the relay is the leader") > leaders })
			h.killRelays()
		}
	})
	h.changes(1600)
	killer.Wait()
	h.eventually("an empty outbox", func() bool { return h.rows() == 0 })
	found := decode(t, kafkatest.Records(t, h.prefix+contracts.TopicAccount))
	repeated := inOrder(t, found, true)
	if len(found)-repeated != 1600 {
		t.Errorf("%d events arrived, want 1600", len(found)-repeated)
	}
}
