// Package broker runs a Kafka broker in this process: franz-go's kfake, which speaks Kafka's protocol over TCP and can
// keep its log on disk. It is meant for a single machine; a setting replaces it by a real cluster.
package broker

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"muster/deploy/local/netport"
)

// Partitions is the default number of partitions. It equals the number that Muster's services request.
const Partitions = 6

// cleanupInterval is how often topics are compacted: never, in practice. kfake's compaction moves the beginning of the
// log, which Apache Kafka's does not: there it means that records were deleted, and consumers stop (libs/inbox). A
// development log stays small enough without.
const cleanupInterval = 365 * 24 * time.Hour

// Options are the settings of a broker.
type Options struct {
	// Port is the TCP port on 127.0.0.1; 0 chooses a free one.
	Port int
	// DataDir is where topics, records and group offsets are stored across restarts. Empty keeps everything in memory.
	DataDir string
	// Throwaway configures the broker for tests: groups may have session timeouts from 1 s, so a killed consumer's
	// partitions move quickly.
	Throwaway bool
	// PortSetting is the name of the setting for the port, for the error when the port is taken.
	PortSetting string
	// Logger receives the broker's warnings and errors; nil discards them.
	Logger *slog.Logger
}

// Broker is a running broker.
type Broker struct {
	cluster *kfake.Cluster
	addr    string
	close   sync.Once
}

// Start starts a broker with its stored data. It never creates a topic automatically, not even when a client requests
// the metadata of an unknown one, because such a topic would lack the settings that its owner wants.
func Start(options Options) (*Broker, error) {
	settings := []kfake.Opt{
		kfake.NumBrokers(1),
		kfake.Ports(options.Port),
		kfake.ClusterID("muster"),
		kfake.DefaultNumPartitions(Partitions),
		kfake.BrokerConfigs(map[string]string{
			"log.cleaner.backoff.ms": fmt.Sprint(cleanupInterval.Milliseconds()),
		}),
	}
	if options.DataDir != "" {
		settings = append(settings, kfake.DataDir(options.DataDir))
	}
	if options.Throwaway {
		settings = append(settings, kfake.GroupMinSessionTimeout(time.Second))
	}
	if options.Logger != nil {
		settings = append(settings, kfake.WithLogger(logger{options.Logger}))
	}
	cluster, err := kfake.NewCluster(settings...)
	if err != nil {
		return nil, explain(err, options)
	}
	return &Broker{cluster: cluster, addr: cluster.ListenAddrs()[0]}, nil
}

// Addr returns the broker's host:port, for clients' bootstrap setting.
func (b *Broker) Addr() string { return b.addr }

// Close stops the broker. With a data directory it writes what a fast start needs. It is idempotent.
func (b *Broker) Close() { b.close.Do(b.cluster.Close) }

func explain(err error, options Options) error {
	if opError, ok := errors.AsType[*net.OpError](err); ok {
		setting := options.PortSetting
		if setting == "" {
			setting = "the broker's port"
		}
		return netport.Explain(opError, fmt.Sprintf("127.0.0.1:%d", options.Port), "The Kafka broker", setting)
	}
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("the disk that holds %s is full: free some space and start again", options.DataDir)
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("the Kafka broker may not write to %s (%w): give yourself that directory, or delete it", options.DataDir, err)
	case options.DataDir != "":
		return fmt.Errorf("the Kafka broker cannot use its data in %s (%w): start afresh with an empty data directory", options.DataDir, err)
	default:
		return fmt.Errorf("start the Kafka broker: %w", err)
	}
}

// logger forwards kfake's warnings and errors.
type logger struct{ to *slog.Logger }

// Logf implements [kfake.Logger].
func (l logger) Logf(level kfake.LogLevel, format string, args ...any) {
	switch level {
	case kfake.LogLevelError:
		l.to.Error("broker", "message", fmt.Sprintf(format, args...))
	case kfake.LogLevelWarn:
		l.to.Warn("broker", "message", fmt.Sprintf(format, args...))
	}
}
