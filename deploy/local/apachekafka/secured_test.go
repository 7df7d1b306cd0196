//go:build apachekafka

package apachekafka_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"muster/deploy/local/apachekafka"
	"muster/libs/brokers"
	"muster/libs/contracts"
	"muster/libs/inbox"
	"muster/libs/outbox"
	"muster/libs/testkit/kafkatest"
)

// key is a file that the broker was set up with.
func key(name string) string { return filepath.Join(broker.Keys(), name) }

// secured runs a relay and a consumer that reach the broker at an address with given settings.
func (h *house) secured(addr string, settings brokers.Settings) (*outbox.Relay, *inbox.Consumer) {
	h.t.Helper()
	access, problems := settings.Access()
	if len(problems) > 0 {
		h.t.Fatal(problems)
	}
	log := slog.New(slog.NewTextHandler(h.log, nil))
	relay, err := outbox.NewRelay(outbox.RelayConfig{
		Service: "identity", PostgresURL: h.url, Brokers: []string{addr}, Access: access, TopicPrefix: h.prefix,
		Topics: contracts.Topics(contracts.TopicAccount), Logger: log,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	consumer, err := inbox.New(inbox.Config{
		Name: "directory", Brokers: []string{addr}, Access: access, TopicPrefix: h.prefix, Topics: []string{contracts.TopicAccount},
		DB: h.db, Handle: h.apply, Logger: log,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 2)
	go func() { done <- relay.Run(ctx) }()
	go func() { done <- consumer.Run(ctx) }()
	h.t.Cleanup(func() {
		cancel()
		for range 2 {
			if err := <-done; err != nil {
				h.t.Errorf("Run returned %v", err)
			}
		}
	})
	return relay, consumer
}

func TestServicesReachASecuredBroker(t *testing.T) {
	signIn := func(mechanism string) brokers.Settings {
		return brokers.Settings{TLS: true, CA: key("ca.pem"), SASL: mechanism, User: apachekafka.User, Password: apachekafka.Password}
	}
	for name, test := range map[string]struct {
		addr     string
		settings brokers.Settings
	}{
		"client certificate": {broker.TLS(), brokers.Settings{TLS: true, CA: key("ca.pem"), Cert: key("client.pem"), Key: key("client-key.pem")}},
		"plain":              {broker.SASL(), signIn(brokers.Plain)},
		"scram-sha-256":      {broker.SASL(), signIn(brokers.ScramSHA256)},
		"scram-sha-512":      {broker.SASL(), signIn(brokers.ScramSHA512)},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			_, consumer := h.secured(test.addr, test.settings)
			h.append(state("a", 7))
			h.eventually("the event is applied", func() bool { return h.states()["a"] == 7 })
			h.awaitReady(consumer)
		})
	}
}

// TestASecuredBrokerRefuses has credentials that are missing or wrong: nothing gets through, and the log says why, without
// the password.
func TestASecuredBrokerRefuses(t *testing.T) {
	const wrong = "not-the-password"
	for name, test := range map[string]struct {
		addr     string
		settings brokers.Settings
		says     string
	}{
		"no encryption":     {broker.TLS(), brokers.Settings{}, "EOF"},
		"unknown authority": {broker.SASL(), brokers.Settings{TLS: true}, "certificate signed by unknown authority"},
		"no certificate":    {broker.TLS(), brokers.Settings{TLS: true, CA: key("ca.pem")}, "bad certificate"},
		"wrong password":    {broker.SASL(), brokers.Settings{TLS: true, CA: key("ca.pem"), SASL: brokers.ScramSHA512, User: apachekafka.User, Password: wrong}, "SASL Authentication Failed"},
		"unknown user":      {broker.SASL(), brokers.Settings{TLS: true, CA: key("ca.pem"), SASL: brokers.Plain, User: "nobody", Password: wrong}, "SASL Authentication Failed"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			kafkatest.CreateTopics(t, h.prefix, contracts.Topics(contracts.TopicAccount)...)
			relay, consumer := h.secured(test.addr, test.settings)
			h.append(state("a", 7))
			h.eventually("the log says why", func() bool { return strings.Contains(h.log.String(), test.says) })
			if relay.Ready() == nil || consumer.Ready() == nil || len(kafkatest.Records(t, h.topic())) > 0 {
				t.Error("the broker was reached")
			}
			if strings.Contains(h.log.String(), wrong) {
				t.Error("the log has the password")
			}
		})
	}
}
