package inbox_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"testing"

	"muster/libs/contracts"
	"muster/libs/inbox"
	"muster/libs/outbox"
	"muster/libs/pg"
)

// childRole, childURL and childPrefix tell a copy of the test binary to be a process that the test may kill.
const (
	childRole   = "INBOX_TEST_CHILD"
	childURL    = "INBOX_TEST_URL"
	childPrefix = "INBOX_TEST_PREFIX"
)

func TestMain(m *testing.M) {
	var err error
	switch os.Getenv(childRole) {
	case "":
		os.Exit(m.Run())
	case "relay":
		err = beRelay()
	case "consumer":
		err = beConsumer()
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func beRelay() error {
	relay, err := outbox.NewRelay(outbox.RelayConfig{
		Service: "identity", PostgresURL: os.Getenv(childURL), Brokers: []string{os.Getenv("MUSTER_TEST_KAFKA")},
		Topics:      contracts.Topics(contracts.TopicAccount, contracts.TopicAccountEvents),
		TopicPrefix: os.Getenv(childPrefix), Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return err
	}
	return relay.Run(context.Background())
}

func beConsumer() error {
	db, err := pg.Open(context.Background(), os.Getenv(childURL))
	if err != nil {
		return err
	}
	consumer, err := inbox.New(inbox.Config{
		Name: "directory", Brokers: []string{os.Getenv("MUSTER_TEST_KAFKA")}, TopicPrefix: os.Getenv(childPrefix),
		Topics: []string{contracts.TopicAccount, contracts.TopicAccountEvents}, DB: db, Handle: journal(db),
		Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return err
	}
	consumer.HurryGroup()
	return consumer.Run(context.Background())
}
