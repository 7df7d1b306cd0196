package stack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// reachTimeout is how long an external server may take to answer before the start fails.
const reachTimeout = 5 * time.Second

// reachKafka checks that one of the brokers answers. Otherwise the services would wait for them silently.
func reachKafka(ctx context.Context, brokers string) error {
	seeds := strings.Split(brokers, ",")
	for i, seed := range seeds {
		seeds[i] = strings.TrimSpace(seed)
		if _, _, err := net.SplitHostPort(seeds[i]); err != nil {
			return fmt.Errorf("MUSTER_KAFKA_BROKERS holds %q: set it to addresses like broker:9092, separated by commas", seeds[i])
		}
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(seeds...))
	if err != nil {
		return fmt.Errorf("MUSTER_KAFKA_BROKERS: %w", err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	if err := client.Ping(ctx); err != nil {
		return fmt.Errorf("no Kafka broker answers at %s (%w): start it, or correct MUSTER_KAFKA_BROKERS", brokers, err)
	}
	return nil
}

// reachSMTP checks that something listens at the SMTP address. Whether it accepts the user and the password shows only
// with the first mail.
func reachSMTP(ctx context.Context, address string) error {
	server, err := url.Parse(address)
	if err != nil || server.Hostname() == "" {
		return errors.New("MUSTER_SMTP_URL is not of the form smtp://user:password@host:587")
	}
	port := server.Port()
	switch { // as directory chooses it
	case port != "":
	case server.Scheme == "smtps":
		port = "465"
	case server.Query().Get("tls") == "none":
		port = "25"
	default:
		port = "587"
	}
	dialer := net.Dialer{Timeout: reachTimeout}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(server.Hostname(), port))
	if err != nil {
		return fmt.Errorf("the SMTP server at %s does not answer (%w): start it, or correct MUSTER_SMTP_URL", server.Host, err)
	}
	return conn.Close()
}
