//go:build apachekafka

package apachekafka_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"muster/deploy/local/apachekafka"
)

// broker serves all tests of this package. kafkatest finds it by its variable.
var broker *apachekafka.Broker

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	version := os.Getenv("MUSTER_APACHE_KAFKA")
	if version == "" {
		version = apachekafka.DefaultVersion
	}
	ctx := context.Background()
	lib, err := apachekafka.Fetch(ctx, version)
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "apachekafka")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	log, err := os.Create(dir + "/broker.log")
	if err != nil {
		return 0, err
	}
	defer log.Close()
	if broker, err = apachekafka.New(ctx, apachekafka.Options{Lib: lib, Dir: dir, Stderr: log}); err != nil {
		return 0, err
	}
	if err := broker.Start(); err != nil {
		return 0, err
	}
	defer broker.Stop()
	if err := os.Setenv("MUSTER_TEST_KAFKA", broker.Addr()); err != nil {
		return 0, err
	}
	return m.Run(), nil
}
