package inbox_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/testkit/kafkatest"
)

const (
	chaosTime = 10 * time.Second // of writing and killing
	chaosKeys = 20
)

// TestNothingIsLostWhenProcessesAreKilled writes through a chain of real processes, two relays and two consumers, that
// are killed at random, as are their database sessions. In the end the view must equal the source.
func TestNothingIsLostWhenProcessesAreKilled(t *testing.T) {
	h := newHouse(t)
	if err := h.db.Exec("CREATE TABLE source (key text PRIMARY KEY, version bigint NOT NULL, text text NOT NULL)").Error; err != nil {
		t.Fatal(err)
	}
	processes := []*victim{h.victim("relay"), h.victim("relay"), h.victim("consumer"), h.victim("consumer")}
	stop := make(chan struct{})
	var writers, killer sync.WaitGroup
	var commits atomic.Int64
	for range 4 {
		writers.Go(func() {
			for !isClosed(stop) {
				if h.write() == nil { // Fails when its session is ended; then nothing was written.
					commits.Add(1)
				}
			}
		})
	}
	var kills int
	killer.Go(func() { kills = h.killAtRandom(processes, stop) })
	<-time.After(chaosTime)
	close(stop)
	writers.Wait()
	killer.Wait()
	t.Logf("%d commits, %d kills", commits.Load(), kills)
	if commits.Load() < 200 || kills < 10 {
		t.Error("too little happened: the test shows nothing")
	}
	h.eventually("the view equals the source", func() bool { return h.differences() == 0 })
	h.checkLedger()
	if n := len(h.parked()); n != 0 {
		t.Errorf("%d records are parked: %+v", n, h.parked()[0])
	}
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// write changes an aggregate of the source and appends its state and an event.
func (h *house) write() error {
	return pg.Tx(context.Background(), h.db, func(ctx context.Context, tx *gorm.DB) error {
		key := fmt.Sprint("k", rand.IntN(chaosKeys))
		text := fmt.Sprint(rand.Int64())
		var version int64
		err := tx.Raw(`INSERT INTO source (key, version, text) VALUES (?, 1, ?)
			ON CONFLICT (key) DO UPDATE SET version = source.version + 1, text = excluded.text RETURNING version`, key, text).Scan(&version).Error
		if err != nil {
			return err
		}
		changed := payload{Topic: contracts.TopicAccount, Key: key, Version: version, Text: text}
		return outbox.Append(ctx, tx, "identity", time.Now(), changed, happened(key, version))
	})
}

// differences counts keys whose newest state has not arrived.
func (h *house) differences() (n int) {
	h.t.Helper()
	const query = `
		SELECT count(*) FROM source FULL JOIN states USING (key)
		WHERE source.version IS DISTINCT FROM states.version OR source.text IS DISTINCT FROM states.text`
	if err := h.db.Raw(query).Scan(&n).Error; err != nil {
		return -1 // Its session may have been ended.
	}
	return n
}

// checkLedger holds the journal against what the broker holds and what was committed: every version of every key is in
// the log and was applied; new ones in order; repeats only where the relay repeated itself.
func (h *house) checkLedger() {
	h.t.Helper()
	newest := make(map[string]int64)
	var rows []struct {
		Key     string
		Version int64
	}
	if err := h.db.Raw("SELECT key, version FROM source").Scan(&rows).Error; err != nil {
		h.t.Fatal(err)
	}
	for _, row := range rows {
		newest[row.Key] = row.Version
	}
	for _, topic := range []string{contracts.TopicAccount, contracts.TopicAccountEvents} {
		applied := make(map[string]int64)
		log := kafkatest.Records(h.t, h.prefix+topic)
		entries := h.awaitJournal(topic, len(log))
		for _, e := range entries {
			switch {
			case e.Version == applied[e.Key]+1:
				applied[e.Key] = e.Version
			case e.Version > applied[e.Key]:
				h.t.Fatalf("%s: version %d of %s was applied after version %d", topic, e.Version, e.Key, applied[e.Key])
			}
		}
		for key, version := range newest {
			if applied[key] != version {
				h.t.Errorf("%s: %s was applied up to version %d of %d", topic, key, applied[key], version)
			}
		}
		if len(entries) != len(log) {
			h.t.Errorf("%s: %d records in the log, %d applied: a consumer applied one twice, or left one out", topic, len(log), len(entries))
		}
		h.t.Logf("%s: %d records", topic, len(log))
	}
}

// victim is a child process that is started again whenever it is killed.
type victim struct {
	house *house
	role  string
	mu    sync.Mutex
	cmd   *exec.Cmd
	over  bool
}

func (h *house) victim(role string) *victim {
	h.t.Helper()
	v := &victim{house: h, role: role}
	v.start()
	h.t.Cleanup(func() {
		v.mu.Lock()
		v.over = true
		v.mu.Unlock()
		v.kill()
	})
	return v
}

func (v *victim) start() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.over {
		return
	}
	v.cmd = exec.Command(os.Args[0])
	v.cmd.Env = append(os.Environ(), childRole+"="+v.role, childURL+"="+v.house.url, childPrefix+"="+v.house.prefix)
	v.cmd.Stderr = v.house.log
	if err := v.cmd.Start(); err != nil {
		v.house.t.Errorf("start a %s: %v", v.role, err)
	}
}

// kill ends the process without a warning.
func (v *victim) kill() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.cmd.Process == nil {
		return
	}
	_ = v.cmd.Process.Kill()
	_ = v.cmd.Wait() // It was killed, which is an error.
}

// killAtRandom kills processes and sessions until stop is closed, and counts.
func (h *house) killAtRandom(processes []*victim, stop chan struct{}) (kills int) {
	const sessions = `
		SELECT count(pg_terminate_backend(pid)) FROM (
			SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 3) AS unlucky`
	for {
		select {
		case <-stop:
			return kills
		case <-time.After(time.Duration(100+rand.IntN(500)) * time.Millisecond):
		}
		if rand.IntN(3) == 0 {
			if err := h.db.Exec(sessions).Error; err != nil && !pg.Classify(err).Kind.Retryable() { // Its own session may have been ended.
				h.t.Errorf("end database sessions: %v", err)
			}
		} else {
			v := processes[rand.IntN(len(processes))]
			v.kill()
			v.start()
		}
		kills++
	}
}
