package main

import (
	"maps"
	"strings"
	"testing"
	"time"

	"muster/libs/service/servicetest"
)

var least = map[string]string{
	"GATEWAY_POSTGRES_URL": "postgres://localhost/gateway", "GATEWAY_KAFKA_BROKERS": "a:9092,b:9092",
	"GATEWAY_CSRF_SECRET": servicetest.Secret, "GATEWAY_SERVICE_SECRET": servicetest.Secret,
}

func TestSettingsHaveDefaults(t *testing.T) {
	s, err := blueprint.Read(least)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.KafkaBrokers) != 2 || s.Addr != "127.0.0.1:8080" || s.ConsistencyWait != 2*time.Second || s.OrganizationID != "1" || s.JWKSURL != "http://127.0.0.1:8081/.well-known/jwks.json" {
		t.Errorf("%+v", s)
	}
}

func TestAllProblemsOfTheSettingsAreReported(t *testing.T) {
	environment := maps.Clone(least)
	delete(environment, "GATEWAY_POSTGRES_URL")
	environment["GATEWAY_BILLING_URL"] = "billing:8083"
	environment["GATEWAY_CONSISTENCY_WAIT"] = "1h"
	environment["GATEWAY_ORGANIZATION_ID"] = strings.Repeat("1", 201)
	environment["GATEWAY_UPSTREAM_CONNECTIONS"] = "0"
	environment["GATEWAY_CORS_ORIGINS"] = "https://app.example.com, app.example.org"
	_, err := blueprint.Read(environment)
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{"GATEWAY_POSTGRES_URL", "GATEWAY_BILLING_URL", "GATEWAY_CONSISTENCY_WAIT", "GATEWAY_ORGANIZATION_ID", "GATEWAY_UPSTREAM_CONNECTIONS", `GATEWAY_CORS_ORIGINS holds "app.example.org"`} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in: %v", name, err)
		}
	}
}

func TestAnOriginMustBeExact(t *testing.T) {
	for origin, good := range map[string]bool{
		"*": false, "https://*.example.com": false, "example.com": false, "https://a.example.com/app": false,
		"https://a.example.com, http://127.0.0.1:3000": true, "https://a.example.com/": true,
		"https://a.example.com,http://localhost:*": true, "https://a.example.com:*": false,
	} {
		environment := maps.Clone(least)
		environment["GATEWAY_CORS_ORIGINS"] = origin
		s, err := blueprint.Read(environment)
		if (err == nil) != good {
			t.Errorf("%q: %v", origin, err)
		}
		if good && s.CORSOrigins[0] != "https://a.example.com" {
			t.Errorf("%q is read as %q", origin, s.CORSOrigins)
		}
	}
}
