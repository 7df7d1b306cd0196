package main

import (
	"strings"
	"testing"
)

func TestAllThatIsWrongWithSettingsIsReportedAtOnce(t *testing.T) {
	_, err := readSettings(map[string]string{
		"IDENTITY_CSRF_SECRET": "short", "IDENTITY_ACCESS_TOKEN_LIFE": "soon", "IDENTITY_LOG_LEVEL": "loud",
		"IDENTITY_BOOTSTRAP_ADMIN_EMAIL": "admin@example.com", "IDENTITY_API_URL": "nowhere",
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{
		"IDENTITY_POSTGRES_URL", "IDENTITY_KAFKA_BROKERS", "IDENTITY_SERVICE_SECRET", "IDENTITY_CSRF_SECRET", "AccessTokenLife",
		"IDENTITY_LOG_LEVEL", "IDENTITY_BOOTSTRAP_ADMIN_PASSWORD", "IDENTITY_API_URL",
	} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is missing in: %v", name, err)
		}
	}
	if strings.Contains(err.Error(), "short") {
		t.Errorf("a secret is shown: %v", err)
	}
}

func TestKeySecretDefaultsToTheServiceSecret(t *testing.T) {
	environment := map[string]string{
		"IDENTITY_POSTGRES_URL": "postgres://x", "IDENTITY_KAFKA_BROKERS": "a:1,b:2",
		"IDENTITY_CSRF_SECRET": strings.Repeat("c", 32), "IDENTITY_SERVICE_SECRET": strings.Repeat("s", 32),
	}
	s, err := readSettings(environment)
	if err != nil || s.KeySecret != s.ServiceSecret || len(s.KafkaBrokers) != 2 {
		t.Errorf("%+v, %v", s, err)
	}
	environment["IDENTITY_KEY_SECRET"] = strings.Repeat("k", 32)
	if s, err = readSettings(environment); err != nil || s.KeySecret == s.ServiceSecret {
		t.Errorf("%+v, %v", s, err)
	}
}
