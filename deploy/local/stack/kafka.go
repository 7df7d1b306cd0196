package stack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"

	"muster/deploy/local/apachekafka"
	"muster/deploy/local/broker"
	"muster/deploy/local/netport"
	"muster/deploy/local/process"
)

// The local brokers, by the values of the setting.
const (
	embeddedKafka = "embedded"
	apacheKafka   = "apache"
)

// kafkaDirs are where the brokers keep their data. A broker cannot read the other's, and the services notice that their
// topics have changed.
var kafkaDirs = map[string]string{embeddedKafka: "kafka", apacheKafka: "apache-kafka"}

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

// startKafka starts the local broker, unless external brokers are set.
func (s *stack) startKafka(ctx context.Context) error {
	brokers := s.settings.KafkaBrokers
	if brokers != "" {
		if err := reachKafka(ctx, brokers); err != nil {
			return err
		}
	} else {
		start := s.startEmbeddedKafka
		if s.settings.Kafka == apacheKafka {
			prepared, err := s.prepareApacheKafka(ctx)
			if err != nil {
				return err
			}
			start = prepared
		}
		port := s.settings.KafkaPort
		kept, err := startKeeper(ctx, "the Kafka broker", func(context.Context) (instance, error) {
			started, addr, err := start(port)
			if err != nil {
				return nil, err
			}
			brokers = addr
			_, text, err := net.SplitHostPort(addr)
			if err != nil {
				return nil, err
			}
			port, err = strconv.Atoi(text)
			return started, err
		}, s.warn)
		if err != nil {
			return err
		}
		s.later(kept.Stop)
		s.control.add("kafka", kept)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.description.Kafka = brokers
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

func (s *stack) startEmbeddedKafka(port int) (instance, string, error) {
	started, err := broker.Start(broker.Options{
		Port: port, PortSetting: "MUSTER_KAFKA_PORT", DataDir: s.path(kafkaDirs[embeddedKafka]), Throwaway: s.settings.FastGroups, Logger: s.logger,
	})
	if err != nil {
		return nil, "", err
	}
	return kafka{started, &sync.Once{}, make(chan struct{})}, started.Addr(), nil
}

// prepareApacheKafka fetches Apache Kafka and returns what starts it, each time at the same port.
func (s *stack) prepareApacheKafka(ctx context.Context) (start func(port int) (instance, string, error), err error) {
	s.console.Say("preparing Apache Kafka %s (the first time, Maven fetches it)", apachekafka.DefaultVersion)
	lib, err := apachekafka.Fetch(ctx, apachekafka.DefaultVersion)
	if err != nil {
		return nil, err
	}
	log, err := openLog(s.logFile("kafka"))
	if err != nil {
		return nil, err
	}
	prepared, err := apachekafka.New(ctx, apachekafka.Options{Lib: lib, Dir: s.path(kafkaDirs[apacheKafka]), Port: s.settings.KafkaPort, Stderr: log})
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	s.later(func() { _ = log.Close() })
	return func(int) (instance, string, error) {
		if err := netport.Check(prepared.Addr(), "The Kafka broker", "MUSTER_KAFKA_PORT"); err != nil {
			return nil, "", err
		}
		if err := prepared.Start(); err != nil {
			return nil, "", fmt.Errorf("start Apache Kafka: %w; see %s", err, s.logFile("kafka"))
		}
		return apache{prepared, prepared.Running()}, prepared.Addr(), nil
	}, nil
}

var _, _ instance = kafka{}, apache{}
