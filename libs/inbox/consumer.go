package inbox

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/segmentio/kafka-go"
	"gorm.io/gorm"

	"muster/libs/brokers"
	"muster/libs/contracts"
	"muster/libs/pg"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations create the tables kafka_offsets and parked.
var Migrations = pg.Embedded("inbox", files)

const (
	batchRecords = 500     // the most that one call of the handler gets
	batchBytes   = 4 << 20 // of values; a larger record is a batch of its own
	// fetchBytes is about what a fetch of a partition returns. Every partition reads ahead, so it is multiplied by their number.
	fetchBytes = 1 << 20
	parallel   = 4 // concurrent batches, so that catching up leaves connections for requests

	// sessionTimeout is the time without a heartbeat after which the broker considers a replica dead. It is the minimum
	// that brokers allow by default.
	sessionTimeout = 6 * time.Second
	// rebalanceTimeout is how long the broker waits, when a member joins or leaves, for the others to rejoin. A killed
	// replica delays its successor by no more than this.
	rebalanceTimeout = 3 * time.Second

	finishTimeout = 2 * time.Second  // for the current batch when its partition is revoked
	applyTimeout  = 30 * time.Second // for one attempt at a batch
	closeTimeout  = 5 * time.Second  // for leaving the group
	retryMin      = 50 * time.Millisecond
	retryMax      = time.Second
)

// Record is an event as delivered.
type Record struct {
	contracts.Event
	Partition int
	Offset    int64
}

// Handler applies records of one partition, in offset order, in the transaction that ctx carries. The package comment
// lists its obligations.
type Handler func(ctx context.Context, records []Record) error

// Config configures a consumer.
type Config struct {
	Name        string // the consumer group: the service's name
	Brokers     []string
	Access      brokers.Access // how to connect to them
	TopicPrefix string         // prepended to every topic's name on the broker
	Topics      []string       // without the prefix
	// DB is the pool that the handler writes through too, so that its writes and the offset share one transaction.
	DB     *gorm.DB
	Handle Handler
	Logger *slog.Logger // nil means slog.Default()
	// Unmetered is for a second consumer of the same topics in a process: it reports no metrics.
	Unmetered bool
}

// Consumer is one replica's member of a consumer group. Make it with [New].
type Consumer struct {
	config  Config
	log     *slog.Logger
	meters  *meters
	cluster *cluster
	group   kafka.ConsumerGroupConfig
	state   map[string]bool // by topic on the broker: is it a state topic
	timing  timing
	slots   chan struct{} // limits concurrent batches
	rejoin  chan struct{} // requests that the consumer rejoin the group

	generation atomic.Int64 // number of the current generation of the group; 0 when there is none

	// read returns the log of a partition. Tests replace it with one that delivers nothing.
	read func(lane lane) source

	mu       sync.Mutex
	assigned map[lane]*partition
	stopped  map[lane]error // partitions that are not consumed, and why
	joined   bool           // the group has been stable once
	caughtUp bool
	behind   string // what is still to be applied before caughtUp

	generations int64

	reported map[lane]bool // partitions whose lag this replica has reported; only its watch uses it
}

// timing holds the intervals that tests shorten.
type timing struct {
	watch   time.Duration // between checks of ends and progress
	stall   time.Duration // time without progress after which a partition is read anew
	recheck time.Duration // between checks of a stopped partition
	replay  time.Duration // between checks for parked records that are due
	commit  time.Duration // between offset commits to Kafka, for its tools
	orphan  time.Duration // time without progress of another member's partition after which the group is rejoined
}

// lane is a partition of a topic. The topic has its name on the broker.
type lane struct {
	topic     string
	partition int
}

func (l lane) String() string { return fmt.Sprintf("%s/%d", l.topic, l.partition) }

// New checks the configuration. It does not connect yet.
func New(config Config) (*Consumer, error) {
	switch {
	case config.Name == "":
		return nil, errors.New("inbox: the consumer needs a name")
	case config.DB == nil, config.Handle == nil:
		return nil, errors.New("inbox: the consumer needs a database and a handler")
	case len(config.Topics) == 0:
		return nil, errors.New("inbox: the consumer needs topics")
	}
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	meters, err := newMeters(config.Unmetered)
	if err != nil {
		return nil, err
	}
	c := &Consumer{
		config: config, log: config.Logger.With("consumer", config.Name), meters: meters,
		cluster: newCluster(config, topicNames(config)), state: make(map[string]bool),
		assigned: make(map[lane]*partition), reported: make(map[lane]bool), stopped: make(map[lane]error), behind: "it has not joined its group",
		slots: make(chan struct{}, parallel), rejoin: make(chan struct{}, 1),
		timing: timing{
			watch: 2 * time.Second, stall: 15 * time.Second, recheck: 5 * time.Second, replay: 30 * time.Second,
			commit: 5 * time.Second, orphan: 5 * time.Second,
		},
	}
	c.read = func(l lane) source { return brokerLog{c.cluster, l} }
	for _, name := range config.Topics {
		known := contracts.Topics(name)
		c.state[config.TopicPrefix+name] = len(known) == 1 && known[0].Compact
	}
	c.group = c.groupConfig()
	if err := c.group.Validate(); err != nil {
		return nil, fmt.Errorf("inbox: %w", err)
	}
	return c, nil
}

func (c *Consumer) groupConfig() kafka.ConsumerGroupConfig {
	return kafka.ConsumerGroupConfig{
		ID: c.config.TopicPrefix + c.config.Name, Brokers: c.config.Brokers, Topics: c.cluster.topics, Dialer: c.cluster.dialer(),
		HeartbeatInterval: sessionTimeout / 6, SessionTimeout: sessionTimeout, RebalanceTimeout: rebalanceTimeout,
		JoinGroupBackoff: 500 * time.Millisecond, StartOffset: kafka.FirstOffset, Timeout: 5 * time.Second,
	}
}

// topicNames are the names on the broker.
func topicNames(config Config) []string {
	names := make([]string, len(config.Topics))
	for i, name := range config.Topics {
		names[i] = config.TopicPrefix + name
	}
	return names
}

// Run consumes until ctx is done, and then returns nil. It finishes the current batches, for at most 2 s, and leaves
// the group, so that other replicas take over its partitions at once. Failures are logged and retried.
func (c *Consumer) Run(ctx context.Context) error {
	if !c.awaitTopics(ctx) {
		return nil
	}
	var helpers sync.WaitGroup
	helpers.Go(func() { c.catchUp(ctx) })
	helpers.Go(func() { c.watch(ctx) })
	helpers.Go(func() { c.maintain(ctx) })
	defer helpers.Wait()
	for ctx.Err() == nil {
		if err := c.participate(ctx); err != nil {
			return err
		}
	}
	return nil
}

// dialFunc connects to a broker.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)
