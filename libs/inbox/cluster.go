package inbox

import (
	"context"
	"fmt"
	"math"
	"net"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

	"muster/libs/brokers"
)

// cluster queries the brokers' metadata. After a failure it drops its connections and cached metadata, and connects
// again.
type cluster struct {
	name    string
	brokers []string
	access  brokers.Access
	topics  []string // the topics whose metadata it needs
	dial    dialFunc

	mu     sync.Mutex
	client *kafka.Client
}

func newCluster(config Config, topics []string) *cluster {
	return &cluster{
		name: "muster-inbox-" + config.Name, brokers: config.Brokers, access: config.Access, topics: topics,
		dial: (&net.Dialer{Timeout: 3 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
	}
}

// dialer returns the dialer of kafka-go's consumer group and readers. It reads dial on each call, so that a test may
// replace it.
func (c *cluster) dialer() *kafka.Dialer {
	return &kafka.Dialer{
		ClientID: c.name, Timeout: 3 * time.Second, TLS: c.access.TLS, SASLMechanism: c.access.SASL,
		DialFunc: func(ctx context.Context, network, address string) (net.Conn, error) {
			return c.dial(ctx, network, address)
		},
	}
}

func (c *cluster) connected() *kafka.Client {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.client == nil {
		c.client = &kafka.Client{Addr: kafka.TCP(c.brokers...), Timeout: 5 * time.Second, Transport: &kafka.Transport{
			ClientID: c.name, DialTimeout: 3 * time.Second, IdleTimeout: 30 * time.Second, MetadataTTL: 5 * time.Second, MetadataTopics: c.topics,
			TLS: c.access.TLS, SASL: c.access.SASL,
			Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
				return c.dial(ctx, network, address)
			},
		}}
	}
	return c.client
}

// forget drops the connections and all cached metadata.
func (c *cluster) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.client != nil {
		if transport, ok := c.client.Transport.(*kafka.Transport); ok {
			transport.CloseIdleConnections()
		}
		c.client = nil
	}
}

// missing returns the name of a topic that does not exist, or "" when all exist.
func (c *cluster) missing(ctx context.Context) (string, error) {
	known, err := c.partitions(ctx)
	if err != nil {
		return c.topics[0], err
	}
	for _, topic := range c.topics {
		if len(known[topic]) == 0 {
			c.forget()
			return topic, nil
		}
	}
	return "", nil
}

// partitions returns the partitions of the topics. A topic that does not exist has none.
func (c *cluster) partitions(ctx context.Context) (map[string][]int, error) {
	metadata, err := c.connected().Metadata(ctx, &kafka.MetadataRequest{Topics: c.topics})
	if err != nil {
		c.forget()
		return nil, err
	}
	found := make(map[string][]int)
	for _, topic := range metadata.Topics {
		for _, p := range topic.Partitions {
			found[topic.Name] = append(found[topic.Name], p.ID)
		}
	}
	return found, nil
}

// id returns the cluster id, or "" if the broker does not report one.
func (c *cluster) id(ctx context.Context) (string, error) {
	metadata, err := c.connected().Metadata(ctx, &kafka.MetadataRequest{Topics: c.topics})
	if err != nil {
		c.forget()
		return "", fmt.Errorf("cluster id: %w", err)
	}
	return metadata.ClusterID, nil
}

// extent is the range of offsets in a partition's log: the first offset, and the offset that the next record will get.
type extent struct{ first, end int64 }

// extents returns the extents of partitions. Of those in ends it does not ask for the first offset: kafka-go sends a request
// for each offset.
func (c *cluster) extents(ctx context.Context, lanes []lane, ends map[lane]bool) (map[lane]extent, error) {
	request := &kafka.ListOffsetsRequest{Topics: make(map[string][]kafka.OffsetRequest)}
	for _, l := range lanes {
		request.Topics[l.topic] = append(request.Topics[l.topic], kafka.LastOffsetOf(l.partition))
		if !ends[l] {
			request.Topics[l.topic] = append(request.Topics[l.topic], kafka.FirstOffsetOf(l.partition))
		}
	}
	if len(lanes) == 0 {
		return nil, nil
	}
	listed, err := c.connected().ListOffsets(ctx, request)
	if err != nil {
		c.forget()
		return nil, fmt.Errorf("extent of partitions: %w", err)
	}
	found := make(map[lane]extent)
	for topic, partitions := range listed.Topics {
		for _, p := range partitions {
			if p.Error != nil {
				c.forget()
				return nil, fmt.Errorf("extent of %s/%d: %w", topic, p.Partition, p.Error)
			}
			found[lane{topic, p.Partition}] = extent{p.FirstOffset, p.LastOffset}
		}
	}
	return found, nil
}

// offsetsAt returns, for each partition, the offset of the first record at or after the given time. Partitions without
// such a record are left out. A time outside of those that kafka-go can send means the first or last of them.
func (c *cluster) offsetsAt(ctx context.Context, lanes []lane, at time.Time) (map[lane]int64, error) {
	oldest, newest := time.Unix(0, 0), time.Unix(0, math.MaxInt64)
	switch {
	case at.Before(oldest):
		at = oldest
	case at.After(newest):
		at = newest
	}
	request := &kafka.ListOffsetsRequest{Topics: make(map[string][]kafka.OffsetRequest)}
	for _, l := range lanes {
		request.Topics[l.topic] = append(request.Topics[l.topic], kafka.TimeOffsetOf(l.partition, at))
	}
	listed, err := c.connected().ListOffsets(ctx, request)
	if err != nil {
		c.forget()
		return nil, fmt.Errorf("offsets at a time: %w", err)
	}
	found := make(map[lane]int64)
	for topic, partitions := range listed.Topics {
		for _, p := range partitions {
			if p.Error != nil {
				c.forget()
				return nil, fmt.Errorf("offset of %s/%d at a time: %w", topic, p.Partition, p.Error)
			}
			for offset := range p.Offsets {
				if offset >= 0 {
					found[lane{topic, p.Partition}] = offset
				}
			}
		}
	}
	return found, nil
}
