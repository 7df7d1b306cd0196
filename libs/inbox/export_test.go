package inbox

import (
	"context"
	"net"
	"time"

	"github.com/segmentio/kafka-go"
)

// Hurry shortens all intervals.
func (c *Consumer) Hurry() {
	c.timing = timing{watch: 50 * time.Millisecond, stall: 200 * time.Millisecond, recheck: 50 * time.Millisecond, replay: 50 * time.Millisecond, commit: 50 * time.Millisecond, orphan: 300 * time.Millisecond}
}

// LookSeldom makes the consumer compare its positions with the stored ones only every hour.
func (c *Consumer) LookSeldom() { c.timing.watch = time.Hour }

// ReplayAll replays every key that has parked records, as a consumer does once when it starts.
func (c *Consumer) ReplayAll(ctx context.Context) (applied, left int, err error) {
	return c.replayDue(ctx, true)
}

// Group makes the consumer join another group than its name says.
func (c *Consumer) Group(id string) { c.group.ID = id }

// HurryGroup makes the broker notice deaths soon.
func (c *Consumer) HurryGroup() {
	c.group.HeartbeatInterval, c.group.SessionTimeout, c.group.RebalanceTimeout = time.Second/6, time.Second, 500*time.Millisecond
}

// GroupID is the group on the broker.
func (c *Consumer) GroupID() string { return c.group.ID }

// DialWith makes the consumer reach brokers through dial.
func (c *Consumer) DialWith(dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	c.cluster.dial = dial
}

// Source is a partition's log.
type Source = source

// Batch is a batch of a partition's log.
type Batch = recordBatch

// ReadWith replaces the logs of partitions. It gets the one that it replaces.
func (c *Consumer) ReadWith(read func(log Source, partition int) Source) {
	open := c.read
	c.read = func(l lane) source { return read(open(l), l.partition) }
}

// RoundTripWith puts itself between the consumer's questions to the cluster and the broker.
func (c *Consumer) RoundTripWith(wrap func(kafka.RoundTripper) kafka.RoundTripper) {
	client := c.cluster.connected()
	c.cluster.mu.Lock()
	defer c.cluster.mu.Unlock()
	c.cluster.client = &kafka.Client{Addr: client.Addr, Timeout: client.Timeout, Transport: wrap(client.Transport)}
}

// IsTransient reports whether the consumer retries after an error instead of parking the record.
func IsTransient(err error) bool { return isTransient(err) }
