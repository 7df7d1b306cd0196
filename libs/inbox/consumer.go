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

	"muster/libs/contracts"
	"muster/libs/pg"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations make the tables kafka_offsets and parked.
var Migrations = pg.Embedded("inbox", files)

const (
	batchRecords = 500     // the most that a handler gets at once
	batchBytes   = 4 << 20 // of values; one larger record makes a batch of its own
	parallel     = 4       // batches under way at a time, so that catching up leaves connections for others

	// sessionTimeout is after how long without a heartbeat the broker takes a replica for dead: the least that brokers allow
	// by default.
	sessionTimeout = 6 * time.Second
	// rebalanceTimeout is how long the broker waits, when somebody joins or leaves, for the others to come again. A replica
	// that was killed holds up its successor no longer than this.
	rebalanceTimeout = 3 * time.Second

	finishTimeout = 2 * time.Second  // for a batch under way when its partition is taken away
	applyTimeout  = 30 * time.Second // for one attempt at a batch
	closeTimeout  = 5 * time.Second  // for leaving the group
	retryMin      = 50 * time.Millisecond
	retryMax      = time.Second
)

// Record is an event as it was delivered.
type Record struct {
	contracts.Event
	Partition int
	Offset    int64
}

// Handler applies records of one partition, in the order of their offsets, in the transaction that ctx carries. See the
// package comment for its obligations.
type Handler func(ctx context.Context, records []Record) error

// Config says what a consumer reads and who applies it.
type Config struct {
	Name        string // the consumer group: the service's name
	Brokers     []string
	TopicPrefix string   // stands before every topic's name on the broker
	Topics      []string // without the prefix
	// DB is the pool that the handler writes through, too: that is what puts both into one transaction.
	DB     *gorm.DB
	Handle Handler
	Logger *slog.Logger // nil means slog.Default()
}

// Consumer is one replica's share of a consumer group. Make it with [New].
type Consumer struct {
	config  Config
	log     *slog.Logger
	meters  *meters
	cluster *cluster
	group   kafka.ConsumerGroupConfig
	state   map[string]bool // by topic on the broker: is it a state topic
	timing  timing
	slots   chan struct{} // a place for each batch under way
	rejoin  chan struct{} // asks for joining the group again

	generation atomic.Int64 // counts the group's generations while one is in force, else 0

	// read opens a partition at an offset. It is a field so that a test can hand out a reader that does not read.
	read func(lane lane, offset int64) reader

	mu       sync.Mutex
	assigned map[lane]*partition
	stopped  map[lane]error // partitions left alone, and why
	joined   bool           // the group has been stable once
	caughtUp bool
	behind   string // what is missing until caughtUp

	generations int64
}

// timing holds the intervals that tests shorten.
type timing struct {
	watch   time.Duration // between looks at ends and progress
	stall   time.Duration // without progress until a reader is replaced
	recheck time.Duration // between looks at a partition that is left alone
	replay  time.Duration // between looks for parked records that are due
	commit  time.Duration // between commits to Kafka, for its tools
	orphan  time.Duration // without progress of a partition that is not ours until the group is joined again
}

// lane is a partition of a topic, by the topic's name on the broker.
type lane struct {
	topic     string
	partition int
}

func (l lane) String() string { return fmt.Sprintf("%s/%d", l.topic, l.partition) }

// New checks the configuration. It connects to nothing yet.
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
	meters, err := newMeters()
	if err != nil {
		return nil, err
	}
	c := &Consumer{
		config: config, log: config.Logger.With("consumer", config.Name), meters: meters,
		cluster: newCluster(config, topicNames(config)), state: make(map[string]bool),
		assigned: make(map[lane]*partition), stopped: make(map[lane]error), behind: "it has not joined its group",
		slots: make(chan struct{}, parallel), rejoin: make(chan struct{}, 1),
		timing: timing{
			watch: 2 * time.Second, stall: 15 * time.Second, recheck: 5 * time.Second, replay: 30 * time.Second,
			commit: 5 * time.Second, orphan: 5 * time.Second,
		},
	}
	c.read = c.openReader
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

// Run consumes. It returns nil, and only when ctx is done: batches under way are finished, for at most 2 s, and the
// partitions are given back, so that other replicas get them at once. Failures are logged and tried again.
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
