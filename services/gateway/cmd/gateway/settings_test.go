package main

import (
	"maps"
	"strings"
	"testing"
	"time"
)

var least = map[string]string{
	"GATEWAY_POSTGRES_URL": "postgres://localhost/gateway", "GATEWAY_KAFKA_BROKERS": "a:9092,b:9092",
	"GATEWAY_CSRF_SECRET": secret, "GATEWAY_SERVICE_SECRET": secret,
}

func TestSettingsHaveDefaults(t *testing.T) {
	s, err := readSettings(least)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.KafkaBrokers) != 2 || s.Addr != "127.0.0.1:8080" || s.ConsistencyWait != 2*time.Second || s.JWKSURL != "http://127.0.0.1:8081/.well-known/jwks.json" {
		t.Errorf("%+v", s)
	}
}

func TestAllProblemsOfTheSettingsAreReported(t *testing.T) {
	environment := maps.Clone(least)
	delete(environment, "GATEWAY_POSTGRES_URL")
	environment["GATEWAY_BILLING_URL"] = "billing:8083"
	environment["GATEWAY_CONSISTENCY_WAIT"] = "1h"
	environment["GATEWAY_UPSTREAM_CONNECTIONS"] = "0"
	_, err := readSettings(environment)
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{"GATEWAY_POSTGRES_URL", "GATEWAY_BILLING_URL", "GATEWAY_CONSISTENCY_WAIT", "GATEWAY_UPSTREAM_CONNECTIONS"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in: %v", name, err)
		}
	}
}

func TestAnOriginMustBeExact(t *testing.T) {
	for _, origin := range []string{"*", "https://*.example.com", "example.com"} {
		w, s := newStubs(t)
		s.CORSOrigins = []string{origin}
		tel := quiet(t)
		behind, err := connect(s, tel)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := edge(t.Context(), s, tel, behind, w.service, w.reader, nil); err == nil {
			t.Errorf("%q is accepted", origin)
		}
	}
}
