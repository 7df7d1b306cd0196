package outbox_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/outbox"
	"muster/libs/testkit/kafkatest"
)

// line is a network to the broker that can be cut.
type line struct {
	mu    sync.Mutex
	cut   bool
	conns []net.Conn
}

func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		return nil, fmt.Errorf("dial %s: the line is cut", address)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err == nil {
		l.conns = append(l.conns, conn)
	}
	return conn, err
}

func (l *line) set(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
	for _, conn := range l.conns {
		conn.Close()
	}
	l.conns = nil
}

func TestEventsWaitForTheBroker(t *testing.T) {
	h := newHouse(t, aggregates)
	var line line
	line.set(true) // Away already when the service starts.
	relay := h.relay()
	relay.DialWith(line.dial)
	h.run(relay)
	h.changes(80)
	h.eventually("a complaint", func() bool { return strings.Contains(h.log.String(), "cannot check or create the topics") })
	line.set(false)
	h.await(contracts.TopicAccount, 80)
	line.set(true) // A restart later on.
	h.changes(80)
	h.eventually("a complaint", func() bool { return strings.Contains(h.log.String(), "the broker does not accept events") })
	line.set(false)
	h.await(contracts.TopicAccount, 160)
	h.eventually("an empty outbox", func() bool { return h.rows() == 0 })
	found := decode(t, kafkatest.Records(t, h.prefix+contracts.TopicAccount))
	if repeated := inOrder(t, found, true); len(found)-repeated != 160 {
		t.Errorf("%d events arrived, want 160", len(found)-repeated)
	}
}

func TestStoppingDoesNotWaitForABrokerThatIsAway(t *testing.T) {
	h := newHouse(t)
	var line line
	relay := h.relay()
	relay.DialWith(line.dial)
	stop := h.run(relay)
	h.publish(state("1", 1))
	h.await(contracts.TopicAccount, 1)
	line.set(true)
	h.publish(state("1", 2))
	begin := time.Now()
	stop()
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("stopping took %v", took)
	}
	h.run(h.relay()) // What was left behind is published by the next one.
	if got := text(h.await(contracts.TopicAccount, 2)); got != "1@1 1@2" {
		t.Errorf("published %s", got)
	}
}

func TestATopicThatVanishesIsMadeAgain(t *testing.T) {
	h := newHouse(t)
	h.run(h.relay())
	h.publish(state("1", 1))
	h.await(contracts.TopicAccount, 1)
	kafkatest.DeleteTopic(t, h.prefix+contracts.TopicAccount)
	h.publish(state("1", 2))
	if got := text(h.await(contracts.TopicAccount, 1)); got != "1@2" {
		t.Errorf("published %s", got)
	}
}

func TestTheWriterTellsTheTruth(t *testing.T) {
	h := newHouse(t)
	acks, async, autoCreate, size, attempts, wait := outbox.WriterSettings(h.relay())
	if acks != "all" || async || autoCreate || size < outbox.PageRows || attempts != 1 || wait > 5*time.Millisecond {
		t.Errorf("acks %s, async %v, creates topics %v, batch of %d, %d attempts, waits %v", acks, async, autoCreate, size, attempts, wait)
	}
}
