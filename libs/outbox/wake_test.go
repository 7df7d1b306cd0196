package outbox_test

import (
	"strings"
	"testing"

	"muster/libs/contracts"
)

// sessions counts the database sessions of relays.
func (h *house) sessions() (n int) {
	h.t.Helper()
	const count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'muster-outbox-identity'"
	if err := h.db.Raw(count).Scan(&n).Error; err != nil {
		h.t.Fatal(err)
	}
	return n
}

// leaderElsewhere runs a leader that never polls in another process.
func (h *house) leaderElsewhere() {
	h.t.Helper()
	h.runElsewhere()
	h.eventually("a leader", func() bool { return strings.Contains(h.log.String(), "the relay is the leader") })
}

// TestACommitBesideAFollowerIsPublishedWithoutAPoll writes in the process of a relay that does not lead.
func TestACommitBesideAFollowerIsPublishedWithoutAPoll(t *testing.T) {
	h := newHouse(t)
	h.leaderElsewhere()
	h.run(h.relay())
	h.eventually("a follower", func() bool { return h.sessions() == 2 })
	for i := range 20 {
		h.publish(state("1", int64(i+1)))
		h.eventually("an empty outbox", func() bool { return h.rows() == 0 })
	}
	if n := strings.Count(h.log.String(), "the relay is the leader"); n != 1 {
		t.Errorf("%d relays led, want only the one elsewhere", n)
	}
	inOrder(t, h.await(contracts.TopicAccount, 20), false)
}

// TestAFollowerThatStopsTellsOfItsLastCommit stops it at once after the commit.
func TestAFollowerThatStopsTellsOfItsLastCommit(t *testing.T) {
	h := newHouse(t)
	h.leaderElsewhere()
	for i := range 5 {
		stop := h.run(h.relay())
		h.eventually("a follower", func() bool { return h.sessions() == 2 })
		h.publish(state("1", int64(i+1)))
		stop()
		h.eventually("an empty outbox", func() bool { return h.rows() == 0 })
		h.eventually("only the leader is left", func() bool { return h.sessions() == 1 })
	}
	if n := strings.Count(h.log.String(), "the relay is the leader"); n != 1 {
		t.Errorf("%d relays led, want only the one elsewhere", n)
	}
}
