package main

import (
	"strings"
	"testing"

	"muster/libs/service/servicetest"
)

func TestAllThatIsWrongWithSettingsIsReportedAtOnce(t *testing.T) {
	_, err := blueprint.Read(map[string]string{
		"IDENTITY_CSRF_SECRET": "short", "IDENTITY_ACCESS_TOKEN_LIFE": "soon", "IDENTITY_LOG_LEVEL": "loud",
		"IDENTITY_BOOTSTRAP_ADMIN_EMAIL": "admin@example.com", "IDENTITY_API_URL": "nowhere", "IDENTITY_PASSWORD_MIN_LENGTH": "129", "IDENTITY_SESSION_LIFE": "719h", "IDENTITY_DIRECTORY_INTERNAL_URL": "directory:9082",
		"IDENTITY_LOGIN_MAX_FAILURES": "0", "IDENTITY_REGISTRATIONS_PER_HOUR": "2000000", "IDENTITY_REGISTRATIONS_PER_DAY": "0",
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{
		"IDENTITY_POSTGRES_URL", "IDENTITY_KAFKA_BROKERS", "IDENTITY_SERVICE_SECRET", "IDENTITY_CSRF_SECRET", "IDENTITY_KEY_SECRET",
		"IDENTITY_ACCESS_TOKEN_LIFE",
		"IDENTITY_LOG_LEVEL", "IDENTITY_BOOTSTRAP_ADMIN_PASSWORD", "IDENTITY_API_URL", "IDENTITY_PASSWORD_MIN_LENGTH", "IDENTITY_SESSION_LIFE", "IDENTITY_DIRECTORY_INTERNAL_URL",
		"IDENTITY_LOGIN_MAX_FAILURES", "IDENTITY_REGISTRATIONS_PER_HOUR", "IDENTITY_REGISTRATIONS_PER_DAY",
	} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is missing in: %v", name, err)
		}
	}
	if strings.Contains(err.Error(), "short") {
		t.Errorf("a secret is shown: %v", err)
	}
}

// Knowledge of the service secret must not reveal the signing keys, so there is no fallback.
func TestTheKeySecretIsOneOfItsOwn(t *testing.T) {
	for secret, problem := range map[string]string{
		"":                      "IDENTITY_KEY_SECRET is missing",
		"short":                 "IDENTITY_KEY_SECRET must have at least 32 bytes",
		strings.Repeat("s", 32): "IDENTITY_KEY_SECRET must be a secret of its own",
		strings.Repeat("c", 32): "IDENTITY_KEY_SECRET must be a secret of its own",
		strings.Repeat("k", 32): "",
	} {
		environment := map[string]string{
			"IDENTITY_ENV": "development", "IDENTITY_POSTGRES_URL": "postgres://x", "IDENTITY_KAFKA_BROKERS": "a:1,b:2",
			"IDENTITY_CSRF_SECRET": strings.Repeat("c", 32), "IDENTITY_SERVICE_SECRET": strings.Repeat("s", 32),
		}
		if secret != "" {
			environment["IDENTITY_KEY_SECRET"] = secret
		}
		_, err := blueprint.Read(environment)
		if problem == "" && err != nil || problem != "" && (err == nil || !strings.HasPrefix(err.Error(), problem)) {
			t.Errorf("%q: %v, want %q", secret, err, problem)
		}
	}
}

func TestSecretsThatEverybodyKnowsAreRefusedInProduction(t *testing.T) {
	servicetest.KnownSecretsAreRefused(t, blueprint,
		"IDENTITY_KEY_SECRET", "IDENTITY_BOOTSTRAP_ADMIN_PASSWORD", "IDENTITY_GOOGLE_CLIENT_SECRET", "IDENTITY_APPLE_PRIVATE_KEY",
		"IDENTITY_LINKEDIN_CLIENT_SECRET", "IDENTITY_FACEBOOK_CLIENT_SECRET", "IDENTITY_X_CLIENT_SECRET")
}

// TestWhosePasskeys: it follows from the frontend's address unless it is set, and what browsers would refuse is refused.
func TestWhosePasskeys(t *testing.T) {
	for _, tc := range []struct{ frontend, id, origins, want string }{
		{"", "", "", "localhost http://localhost:*"},
		{"http://localhost:5173", "", "", "localhost http://localhost:*"},
		{"https://App.example.com/start", "", "", "app.example.com https://app.example.com"},
		{"https://app.example.com", "example.com", "", "example.com https://app.example.com"},
		{"https://app.example.com", "example.com", "https://a.example.com, https://b.example.com", "example.com https://a.example.com,https://b.example.com"},
		{"https://app.example.com", "example.org", "", "IDENTITY_PASSKEY_RP_ID"},
		{"http://app.example.com", "", "", "localhost http://localhost:*"},
		{"https://192.0.2.1", "", "", "localhost http://localhost:*"},
		{"", "app.example.com", "", "IDENTITY_PASSKEY_RP_ID"},
		{"", "app.example.com", "http://app.example.com", "IDENTITY_PASSKEY_RP_ID"},
		{"", "192.0.2.1", "https://192.0.2.1", "IDENTITY_PASSKEY_RP_ID"},
		{"https://app.example.com", "", "app", "IDENTITY_PASSKEY_ORIGINS"},
		{"app", "", "", "IDENTITY_PUBLIC_URL"},
	} {
		environment := map[string]string{
			"IDENTITY_POSTGRES_URL": "postgres://x", "IDENTITY_KAFKA_BROKERS": "a:1", "IDENTITY_KEY_SECRET": strings.Repeat("k", 32),
			"IDENTITY_CSRF_SECRET": strings.Repeat("c", 32), "IDENTITY_SERVICE_SECRET": strings.Repeat("s", 32),
			"IDENTITY_ENV": "development", "IDENTITY_PASSKEY_RP_ID": tc.id, "IDENTITY_PASSKEY_ORIGINS": tc.origins,
		}
		if tc.frontend != "" {
			environment["IDENTITY_PUBLIC_URL"] = tc.frontend
		}
		s, err := blueprint.Read(environment)
		if err != nil {
			if !strings.HasPrefix(err.Error(), tc.want) {
				t.Errorf("%+v: %v", tc, err)
			}
			continue
		}
		if got := s.PasskeyRPID + " " + s.relyingParty().Origins.String(); got != tc.want {
			t.Errorf("%+v: %s", tc, got)
		}
	}
}
