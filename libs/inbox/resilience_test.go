package inbox_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/errs"
	"muster/libs/inbox"
	"muster/libs/pg"
	"muster/libs/testkit/kafkatest"
)

func TestADeadReplicasPartitionsMoveSoon(t *testing.T) {
	h := newHouse(t)
	var line line
	dead := h.consumer()
	dead.DialWith(line.dial)
	h.run(dead)
	h.awaitReady(dead)
	h.publish(happened("a", 1))
	h.awaitJournal(contracts.TopicAccountEvents, 1)
	line.set(true) // As if it had been killed: no farewell, no heartbeat.
	h.publish(happened("a", 2))
	begin := time.Now()
	h.run(h.consumer())
	h.awaitJournal(contracts.TopicAccountEvents, 2)
	took := time.Since(begin)
	t.Logf("the successor worked after %v", took)
	if took > 5*time.Second {
		t.Errorf("the successor worked after %v", took)
	}
}

// TestAMemberThatDiesWhileItJoinsDoesNotKeepItsPartitions is about brokers that believe such a member to be alive for
// ever, as kfake does.
func TestAMemberThatDiesWhileItJoinsDoesNotKeepItsPartitions(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer()
	h.run(consumer)
	h.awaitReady(consumer)
	var line line
	other, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{
		ID: consumer.GroupID(), Brokers: h.config().Brokers, Dialer: &kafka.Dialer{DialFunc: line.dial},
		Topics: []string{h.prefix + contracts.TopicAccount, h.prefix + contracts.TopicAccountEvents},
		// As our consumers have it, or the group would not accept the member.
		SessionTimeout: 6 * time.Second, RebalanceTimeout: 3 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	client := kafkatest.Client(t)
	h.eventually("it joins", func() bool {
		described, err := client.DescribeGroups(t.Context(), &kafka.DescribeGroupsRequest{GroupIDs: []string{consumer.GroupID()}})
		return err == nil && described.Groups[0].GroupState == "PreparingRebalance"
	})
	line.set(true)
	h.eventually("partitions have been taken from the one that lives", func() bool { return h.log.count("count=6") > 0 })
	h.publish(many(happened, 12, 5, 1)...)
	exactlyInOrder(t, h.awaitJournal(contracts.TopicAccountEvents, 60))
}

func TestCircumstancesAreWaitedOut(t *testing.T) {
	h := newHouse(t)
	var failures atomic.Int32
	h.run(h.consumer(func(c *inbox.Config) {
		apply := c.Handle
		c.Handle = func(ctx context.Context, records []inbox.Record) error {
			if failures.Add(1) <= 4 {
				return errs.New(errs.KindUnavailable, "", "away").Because(errOops)
			}
			return apply(ctx, records)
		}
	}))
	h.publish(happened("a", 1), happened("a", 2))
	exactlyInOrder(t, h.awaitJournal(contracts.TopicAccountEvents, 2))
	if n := len(h.parked()); n != 0 {
		t.Errorf("%d records were parked", n)
	}
}

func TestPartitionsThatFailDoNotHoldUpOthers(t *testing.T) {
	h := newHouse(t)
	h.run(h.consumer(func(c *inbox.Config) {
		apply := c.Handle
		c.Handle = func(ctx context.Context, records []inbox.Record) error {
			if records[0].Topic == contracts.TopicAccount {
				return errs.New(errs.KindUnavailable, "", "away for long")
			}
			return apply(ctx, records)
		}
	}))
	h.publish(many(state, 30, 1, 1)...) // All six partitions fail.
	h.eventually("all of them fail", func() bool { return h.log.count("retrying") >= 2*contracts.Partitions })
	h.publish(many(happened, 6, 50, 1)...)
	exactlyInOrder(t, h.awaitJournal(contracts.TopicAccountEvents, 300))
}

func TestALockThatIsHeldIsWaitedFor(t *testing.T) {
	h := newHouse(t)
	if err := h.db.Exec("INSERT INTO states (key, version, text) VALUES ('a', 0, '')").Error; err != nil {
		t.Fatal(err)
	}
	locked, release, released := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		released <- pg.Tx(context.Background(), h.db, func(_ context.Context, tx *gorm.DB) error {
			err := tx.Exec("SELECT version FROM states FOR UPDATE").Error
			close(locked)
			<-release
			return err
		})
	}()
	<-locked
	h.run(h.consumer(func(c *inbox.Config) {
		apply := c.Handle
		c.Handle = func(ctx context.Context, records []inbox.Record) error {
			if err := pg.From(ctx, h.db).Exec("SET LOCAL lock_timeout = '20ms'").Error; err != nil {
				return err
			}
			return apply(ctx, records)
		}
	}))
	h.publish(state("a", 1), state("a", 2))
	h.eventually("it has tried more than once", func() bool { return h.log.count("retrying") > 2 })
	close(release)
	if err := <-released; err != nil {
		t.Fatal(err)
	}
	exactlyInOrder(t, h.awaitJournal(contracts.TopicAccount, 2))
	if n := len(h.parked()); n != 0 {
		t.Errorf("%d records were parked", n)
	}
}

func TestTheDatabaseGoesAwayNowAndThen(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer()
	h.run(consumer)
	h.awaitReady(consumer)
	const kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
	// The sessions end a limited number of times: a slow machine could get nothing done between two of an endless series.
	killed := make(chan int)
	go func() {
		total := 0
		for range 20 {
			<-time.After(150 * time.Millisecond)
			var n int
			if h.db.Raw(kill).Scan(&n).Error == nil {
				total += n
			}
		}
		killed <- total
	}()
	for i := range 50 {
		h.publish(many(happened, 5, 4, int64(4*i+1))...)
	}
	if n := <-killed; n < 5 {
		t.Errorf("%d sessions were ended: the test shows little", n)
	}
	h.forgetIdleSessions()
	if n := exactlyInOrder(t, h.awaitJournal(contracts.TopicAccountEvents, 1000)); n != 1000 || len(h.parked()) != 0 {
		t.Errorf("%d records applied and %d parked, want 1000 and none", n, len(h.parked()))
	}
}

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

func TestTheBrokerGoesAwayAndComesBack(t *testing.T) {
	h := newHouse(t)
	var line line
	line.set(true)
	consumer := h.consumer()
	consumer.DialWith(line.dial)
	h.run(consumer)
	h.publish(many(happened, 5, 10, 1)...)
	if err := consumer.Ready(); err == nil {
		t.Error("ready without a broker")
	}
	line.set(false)
	h.awaitJournal(contracts.TopicAccountEvents, 50)
	line.set(true)
	h.publish(many(happened, 5, 10, 11)...)
	line.set(false)
	if n := exactlyInOrder(t, h.awaitJournal(contracts.TopicAccountEvents, 100)); n != 100 {
		t.Errorf("%d records applied, want 100", n)
	}
}
