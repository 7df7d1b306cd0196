//go:build apachekafka

package apachekafka_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
	"muster/libs/outbox"
	"muster/libs/testkit/kafkatest"
)

const (
	rebalances  = 6   // members that join or leave
	mostMembers = 3   // at the same time
	loadKeys    = 24  // of the records, spread over all partitions
	betweenTwo  = 200 // records that are applied from one change of the group to the next
)

// TestAGroupThatRebalancesUnderLoadSkipsNoRecord lets members join and leave while records come. Every record is applied
// exactly once, and those of a key in order.
func TestAGroupThatRebalancesUnderLoadSkipsNoRecord(t *testing.T) {
	h := newHouse(t)
	kafkatest.CreateTopic(t, h.topic(), contracts.Partitions, map[string]string{"cleanup.policy": "delete"})
	load := h.load()
	members := []func(){h.join()}
	for range rebalances {
		applied := h.journaled()
		h.eventually("records are applied", func() bool { return h.journaled() >= applied+betweenTwo })
		assigned := h.assignments()
		if leave := len(members) == mostMembers || len(members) > 1 && rand.N(2) == 0; leave {
			n := rand.N(len(members))
			members[n]()
			members = append(members[:n], members[n+1:]...)
		} else {
			members = append(members, h.join())
		}
		h.eventually("the members that there are now have shared the partitions", func() bool { return h.assignments() >= assigned+len(members) })
	}
	published := load()
	h.eventually("all records are applied", func() bool { return h.journaled() >= len(published) })
	h.compareJournal(published)
}

// join adds a member to the group.
func (h *house) join() (leave func()) {
	_, leave = h.run()
	return leave
}

// assignments is how often a member was given partitions.
func (h *house) assignments() int { return strings.Count(h.log.String(), "partitions assigned") }

// load publishes records, one round of all keys after the other, until stop is called, which returns the key of each record by
// its event's id.
func (h *house) load() (stop func() map[string]string) {
	writer := &kafka.Writer{
		Addr: kafka.TCP(broker.Addr()), Balancer: kafka.Murmur2Balancer{}, RequiredAcks: kafka.RequireAll, BatchTimeout: time.Millisecond,
		Transport: &kafka.Transport{},
	}
	published := make(map[string]string)
	var over atomic.Bool
	var done sync.WaitGroup
	done.Go(func() {
		for version := int64(1); !over.Load(); version++ {
			var round []kafka.Message
			for k := range loadKeys {
				id, key := uuid.NewString(), fmt.Sprint("k", k)
				event, err := contracts.New(id, "identity", time.Now(), state(key, version))
				if err != nil {
					h.t.Error(err)
					return
				}
				published[id] = key
				round = append(round, outbox.Message(h.prefix, event))
			}
			if err := writer.WriteMessages(h.t.Context(), round...); err != nil {
				h.t.Errorf("publish: %v", err)
				return
			}
		}
	})
	end := sync.OnceFunc(func() {
		over.Store(true)
		done.Wait()
		_ = writer.Close()
		writer.Transport.(*kafka.Transport).CloseIdleConnections()
	})
	h.t.Cleanup(end)
	return func() map[string]string { end(); return published }
}

// journaled is how many records were applied.
func (h *house) journaled() (n int) {
	h.t.Helper()
	if err := h.db.Raw("SELECT count(*) FROM journal").Scan(&n).Error; err != nil {
		h.t.Fatal(err)
	}
	return n
}

// compareJournal fails unless each published record was applied once, and after its predecessor.
func (h *house) compareJournal(published map[string]string) {
	h.t.Helper()
	var rows []struct {
		EventID string
		Key     string
		Version int64
	}
	if err := h.db.Raw("SELECT event_id, key, version FROM journal ORDER BY id").Scan(&rows).Error; err != nil {
		h.t.Fatal(err)
	}
	newest := make(map[string]int64)
	for _, r := range rows {
		if published[r.EventID] != r.Key {
			h.t.Fatalf("version %d of %s was applied twice, or never published: event %s", r.Version, r.Key, r.EventID)
		}
		delete(published, r.EventID)
		if r.Version != newest[r.Key]+1 {
			h.t.Fatalf("version %d of %s was applied after version %d", r.Version, r.Key, newest[r.Key])
		}
		newest[r.Key] = r.Version
	}
	if len(published) > 0 {
		h.t.Errorf("%d of %d records were never applied", len(published), len(rows)+len(published))
	}
	h.t.Logf("%d records were applied once, over %d changes of the group", len(rows), rebalances)
}
