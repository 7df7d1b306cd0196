// Package otel tests the alert rules and the dashboard of this directory with Prometheus' own engine. It is a module of its
// own, because Prometheus needs other versions of what the rest uses.
//
// alerts.yaml holds the rules. metrics.txt lists the metrics that they and the dashboard may name; a test of deploy/e2e
// compares it with what running services export.
package otel
