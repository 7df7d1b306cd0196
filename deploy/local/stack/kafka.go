package stack

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"muster/deploy/local/apachekafka"
	"muster/deploy/local/broker"
	"muster/deploy/local/netport"
	"muster/deploy/local/process"
)

// The local brokers, by the values of the setting.
const (
	embeddedKafka = "embedded"
	apacheKafka   = "apache"
	clusterKafka  = "apache-cluster"
)

// clusterSize is the number of brokers of a cluster, each of which has a copy of every topic.
const clusterSize = 3

// kafkaDirs are where the brokers keep their data. A broker cannot read the other's, and the services notice that their
// topics have changed.
var kafkaDirs = map[string]string{embeddedKafka: "kafka", apacheKafka: "apache-kafka", clusterKafka: "apache-cluster"}

// kafka is the embedded broker as an instance for a keeper. It runs in this process, so a crash can only be simulated.
type kafka struct {
	*broker.Broker
	once *sync.Once
	done chan struct{}
}

// Stop implements [instance].
func (k kafka) Stop() {
	k.once.Do(func() {
		k.Close()
		close(k.done)
	})
}

// Crash implements [instance].
func (k kafka) Crash() { k.Stop() }

// Done implements [instance].
func (k kafka) Done() <-chan struct{} { return k.done }

// PID implements [instance].
func (k kafka) PID() int { return 0 }

// apache is a broker of Apache Kafka as an instance for a keeper.
type apache struct {
	*apachekafka.Broker
	running *process.Process
}

// Crash implements [instance].
func (a apache) Crash() { a.Kill() }

// Done implements [instance].
func (a apache) Done() <-chan struct{} { return a.running.Done() }

// PID implements [instance].
func (a apache) PID() int { return a.running.PID() }

// startKafka starts the local broker or brokers, unless external brokers are set.
func (s *stack) startKafka(ctx context.Context) error {
	brokers := s.settings.KafkaBrokers
	var err error
	switch {
	case brokers != "":
		err = reachKafka(ctx, brokers)
	case s.settings.Kafka == embeddedKafka:
		brokers, err = s.keepEmbeddedKafka(ctx)
	default:
		brokers, err = s.keepApacheKafka(ctx)
	}
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.description.Kafka = brokers
	return nil
}

// keepEmbeddedKafka starts the embedded broker, each time at the same port, and returns its address.
func (s *stack) keepEmbeddedKafka(ctx context.Context) (addr string, err error) {
	port := s.settings.KafkaPort
	err = s.keep(ctx, "kafka", "the Kafka broker", func(context.Context) (instance, error) {
		started, err := broker.Start(broker.Options{
			Port: port, PortSetting: "MUSTER_KAFKA_PORT", DataDir: s.path(kafkaDirs[embeddedKafka]), Throwaway: s.settings.FastGroups, Logger: s.logger,
		})
		if err != nil {
			return nil, err
		}
		addr = started.Addr()
		_, text, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, err
		}
		port, err = strconv.Atoi(text)
		return kafka{started, &sync.Once{}, make(chan struct{})}, err
	})
	return addr, err
}

// keep starts a part of the stack, and starts it again whenever it ends.
func (s *stack) keep(ctx context.Context, part, name string, start func(context.Context) (instance, error)) error {
	kept, err := startKeeper(ctx, name, start, s.warn)
	if err != nil {
		return err
	}
	s.later(kept.Stop)
	s.control.add(part, kept)
	return nil
}

// sameKafka refuses data of the other broker.
func (s *stack) sameKafka() error {
	if s.settings.KafkaBrokers != "" {
		return nil
	}
	for name, dir := range kafkaDirs {
		if _, err := os.Stat(s.path(dir)); err == nil && name != s.settings.Kafka {
			return fmt.Errorf("the data in %s was made with --kafka=%s, and --kafka=%s cannot read it: go on with that broker, or start afresh with FRESH=1 (--fresh)", s.settings.Dir, name, s.settings.Kafka)
		}
	}
	return nil
}

// keepApacheKafka fetches Apache Kafka, starts its broker, or three of them, and returns their addresses.
func (s *stack) keepApacheKafka(ctx context.Context) (addrs string, err error) {
	s.console.Say("preparing Apache Kafka %s (the first time, Maven fetches it)", apachekafka.DefaultVersion)
	lib, err := apachekafka.Fetch(ctx, apachekafka.DefaultVersion)
	if err != nil {
		return "", err
	}
	log, err := openLog(s.logFile("kafka"))
	if err != nil {
		return "", err
	}
	s.later(func() { _ = log.Close() })
	options := apachekafka.Options{Lib: lib, Dir: s.path(kafkaDirs[s.settings.Kafka]), Port: s.settings.KafkaPort, Stderr: log, Advertise: s.between("kafka")}
	var brokers []*apachekafka.Broker
	if s.settings.Kafka == clusterKafka {
		brokers, err = apachekafka.NewCluster(ctx, options, clusterSize)
	} else {
		var one *apachekafka.Broker
		one, err = apachekafka.New(ctx, options)
		brokers = append(brokers, one)
	}
	if err != nil {
		return "", err
	}
	together, groupCtx := errgroup.WithContext(ctx) // because one alone is not a majority
	for i, b := range brokers {
		part, name := "kafka", "the Kafka broker"
		if i > 0 {
			part, name = fmt.Sprintf("kafka-%d", i+1), fmt.Sprintf("the Kafka broker %d", i+1)
		}
		together.Go(func() error {
			return s.keep(groupCtx, part, name, func(context.Context) (instance, error) { return s.startApacheKafka(b) })
		})
		addrs = strings.TrimPrefix(addrs+","+b.Advertised(), ",")
	}
	return addrs, together.Wait()
}

func (s *stack) startApacheKafka(b *apachekafka.Broker) (instance, error) {
	if err := netport.Check(b.Addr(), "The Kafka broker", "MUSTER_KAFKA_PORT"); err != nil {
		return nil, err
	}
	if err := b.Start(); err != nil {
		return nil, fmt.Errorf("start Apache Kafka: %w; see %s", err, s.logFile("kafka"))
	}
	return apache{b, b.Running()}, nil
}

var _, _ instance = kafka{}, apache{}
