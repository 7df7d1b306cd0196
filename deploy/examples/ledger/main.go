package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "ledger:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	options, err := access()
	if err != nil {
		return err
	}
	db, err := pgx.Connect(ctx, os.Getenv("POSTGRES_URL")) // with sslmode and sslrootcert, if the server demands TLS
	if err != nil {
		return err
	}
	defer db.Close(context.WithoutCancel(ctx))
	return follow(ctx, db, os.Getenv("KAFKA_TOPIC_PREFIX"), options...)
}

// access returns how to reach the brokers, from the environment.
func access() ([]kgo.Opt, error) {
	options := []kgo.Opt{kgo.SeedBrokers(strings.Split(os.Getenv("KAFKA_BROKERS"), ",")...)}
	if file := os.Getenv("KAFKA_TLS_CA"); file != "" {
		text, err := os.ReadFile(file) //nolint:gosec // who runs the program names the file
		if err != nil {
			return nil, err
		}
		authorities := x509.NewCertPool()
		if !authorities.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s has no certificate in PEM", file)
		}
		options = append(options, kgo.DialTLSConfig(&tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12}))
	}
	if user := os.Getenv("KAFKA_USER"); user != "" {
		options = append(options, kgo.SASL(scram.Auth{User: user, Pass: os.Getenv("KAFKA_PASSWORD")}.AsSha512Mechanism()))
	}
	return options, nil
}
