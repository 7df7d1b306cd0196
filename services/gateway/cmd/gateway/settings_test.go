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
	"GATEWAY_ENV": "development", "GATEWAY_CSRF_SECRET": servicetest.Secret, "GATEWAY_SERVICE_SECRET": servicetest.Secret,
}

func TestSettingsHaveDefaults(t *testing.T) {
	s, err := blueprint.Read(least)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.KafkaBrokers) != 2 || s.Addr != "127.0.0.1:8080" || s.ConsistencyWait != 2*time.Second || s.OrganizationID != "1" || s.rules().Zone != time.UTC || s.rules().Currency != "usd" || s.JWKSURL != "http://127.0.0.1:8081/.well-known/jwks.json" {
		t.Errorf("%+v", s)
	}
}

func TestAllProblemsOfTheSettingsAreReported(t *testing.T) {
	environment := maps.Clone(least)
	delete(environment, "GATEWAY_POSTGRES_URL")
	environment["GATEWAY_BILLING_URL"] = "billing:8083"
	environment["GATEWAY_CONSISTENCY_WAIT"] = "1h"
	environment["ORGANIZATION_ID"] = strings.Repeat("1", 201)
	environment["METRICS_TIMEZONE"] = "Berlin"
	environment["METRICS_CURRENCY"] = "dollar"
	environment["GATEWAY_UPSTREAM_CONNECTIONS"] = "0"
	environment["GATEWAY_CORS_ORIGINS"] = "https://app.example.com, app.example.org"
	_, err := blueprint.Read(environment)
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{"GATEWAY_POSTGRES_URL", "GATEWAY_BILLING_URL", "GATEWAY_CONSISTENCY_WAIT", "\nORGANIZATION_ID ", "\nMETRICS_TIMEZONE ", "\nMETRICS_CURRENCY ", "GATEWAY_UPSTREAM_CONNECTIONS", `GATEWAY_CORS_ORIGINS holds "app.example.org"`} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in: %v", name, err)
		}
	}
}

// TestTheOrganizationHasTheContractsName reads a variable that the contract names, so it has no prefix.
func TestTheOrganizationHasTheContractsName(t *testing.T) {
	environment := maps.Clone(least)
	environment["ORGANIZATION_ID"], environment["GATEWAY_ORGANIZATION_ID"] = "69629023906488334", "2"
	s, err := blueprint.Read(environment)
	if err != nil || s.OrganizationID != "69629023906488334" {
		t.Errorf("%q, %v", s.OrganizationID, err)
	}
}

// TestTheMetricsHaveTheirCalendarAndCurrency: the contract names these variables, too.
func TestTheMetricsHaveTheirCalendarAndCurrency(t *testing.T) {
	environment := maps.Clone(least)
	environment["METRICS_TIMEZONE"], environment["METRICS_CURRENCY"] = "Asia/Kathmandu", "EUR"
	s, err := blueprint.Read(environment)
	if err != nil || s.rules().Zone.String() != "Asia/Kathmandu" || s.rules().Currency != "eur" {
		t.Errorf("%+v, %v", s, err)
	}
	for _, zone := range []string{"Local", "../etc/passwd", "Mars/Olympus"} {
		environment["METRICS_TIMEZONE"] = zone
		if _, err := blueprint.Read(environment); err == nil || !strings.Contains(err.Error(), "METRICS_TIMEZONE") {
			t.Errorf("%s: %v", zone, err)
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

func TestThunderSettings(t *testing.T) {
	for _, test := range []struct {
		name string
		set  map[string]string
		err  string // that it contains
	}{
		{"none", nil, ""},
		{"all", map[string]string{
			"THUNDER_APPLICATIONS": "application:secret, other:with:colons", "THUNDER_PASSWORD_HEADER_CHECK": "false", "THUNDER_PASSWORD_ALGORITHM": "bcrypt",
			"THUNDER_ALLOW_COMMON_MISTAKES": "true", "THUNDER_PROPERTIES": `{"allowed":[{"name":"plan","type":"string"}],"allowSubset":false,"allowSuperset":false}`,
			"THUNDER_MAX_FAILURES": "7",
		}, ""},
		{"empty", map[string]string{"THUNDER_APPLICATIONS": "", "THUNDER_PROPERTIES": ""}, ""},
		{"no secret", map[string]string{"THUNDER_APPLICATIONS": "application:secret,other"}, "THUNDER_APPLICATIONS is wrong: entry 2 is not name:secret with"},
		{"no name", map[string]string{"THUNDER_APPLICATIONS": ":secret"}, "THUNDER_APPLICATIONS is wrong"},
		{"twice", map[string]string{"THUNDER_APPLICATIONS": "a:one,a:two"}, `THUNDER_APPLICATIONS is wrong: application "a" is there twice`},
		{"algorithm", map[string]string{"THUNDER_PASSWORD_ALGORITHM": "md5"}, "THUNDER_PASSWORD_ALGORITHM must be argon, bcrypt, sha256 or simple"},
		{"check", map[string]string{"THUNDER_PASSWORD_HEADER_CHECK": "perhaps"}, "THUNDER_PASSWORD_HEADER_CHECK must be true or false"},
		{"type", map[string]string{"THUNDER_PROPERTIES": `{"allowed":[{"name":"plan","type":"text"}]}`}, `THUNDER_PROPERTIES is wrong: the type of "plan" is "text"`},
		{"not JSON", map[string]string{"THUNDER_PROPERTIES": `plan`}, "THUNDER_PROPERTIES is wrong: it must be JSON"},
		{"more than JSON", map[string]string{"THUNDER_PROPERTIES": `{} {}`}, "THUNDER_PROPERTIES is wrong: it must be JSON"},
		{"unknown member", map[string]string{"THUNDER_PROPERTIES": `{"allowed":[],"allowsubset2":true}`}, "THUNDER_PROPERTIES is wrong: it must be JSON"},
		{"reserved", map[string]string{"THUNDER_PROPERTIES": `{"allowed":[{"name":"email","type":"map"}]}`}, `THUNDER_PROPERTIES is wrong: "email"`},
		{"failures", map[string]string{"THUNDER_MAX_FAILURES": "0"}, "THUNDER_MAX_FAILURES must be from 1"},
	} {
		environment := maps.Clone(least)
		maps.Copy(environment, test.set)
		s, err := blueprint.Read(environment)
		if (err == nil) != (test.err == "") || err != nil && (!strings.Contains(err.Error(), test.err) || strings.Contains(err.Error(), "secret,")) {
			t.Errorf("%s: %v", test.name, err)
		}
		if test.name == "all" && (len(s.applications) != 2 || s.HeaderCheck || s.Algorithm != "bcrypt" || !s.CommonMistakes || s.MaxFailures != 7) {
			t.Errorf("%+v", s.ThunderSettings)
		}
		if test.name == "none" && (len(s.applications) != 0 || !s.HeaderCheck || s.Algorithm != "argon" || s.CommonMistakes || s.MaxFailures != 100) {
			t.Errorf("%+v", s.ThunderSettings)
		}
	}
}

func TestSecretsThatEverybodyKnowsAreRefusedInProduction(t *testing.T) {
	servicetest.KnownSecretsAreRefused(t, blueprint, "THUNDER_APPLICATIONS")
}
