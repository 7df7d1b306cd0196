package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"muster/deploy/local/stack"
	"muster/libs/ops/opscli"
)

// operate runs "muster ops". Settings that are not in the environment come from this repository's stack.
func operate(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	return opscli.Run(ctx, args, opscli.Environment{
		Getenv: os.Getenv, Stdout: os.Stdout, Stderr: os.Stderr,
		Secret: func() (string, error) { return stack.ServiceSecret(os.Getenv) },
		Addr:   func(service string) string { return stack.InternalAddr(os.Getenv, service) },
		Kafka:  func() string { return stack.Brokers(os.Getenv) },
	})
}
