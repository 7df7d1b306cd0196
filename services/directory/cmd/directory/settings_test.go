package main

import (
	"strings"
	"testing"

	"muster/libs/service/servicetest"
)

func TestAllProblemsOfTheSettingsAreReportedAtOnce(t *testing.T) {
	_, err := blueprint.Read(map[string]string{
		"DIRECTORY_KAFKA_BROKERS": "127.0.0.1:9092", "DIRECTORY_VISIBILITY": "nobody", "DIRECTORY_PUBLIC_URL": "app", "DIRECTORY_THUNDER_URL": "api", "DIRECTORY_SMTP_TIMEOUT": "1m",
		"DIRECTORY_KAFKA_REPLICATION": "many", "DIRECTORY_PASSWORD_RESET_CODE_LIFETIME": "1s", "DIRECTORY_EMAIL_CHANGE_CODE_LIFETIME": "0", "DIRECTORY_INVITATION_CODE_LIFETIME": "1s",
		"DIRECTORY_IDENTITY_INTERNAL_URL": "identity:8081", "DIRECTORY_MAILS_PER_DAY": "1", "DIRECTORY_RESENDS_PER_HOUR": "0", "DIRECTORY_ATTEMPTS_PER_NETWORK": "0",
		"DIRECTORY_ATTEMPTS_PER_ADDRESS": "0", "DIRECTORY_RESENDS_PER_NETWORK": "2000000",
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{"POSTGRES_URL", "CSRF_SECRET", "SERVICE_SECRET", "SMTP_URL", "VISIBILITY", "PUBLIC_URL", "THUNDER_URL", "SMTP_TIMEOUT", "DIRECTORY_KAFKA_REPLICATION",
		"PASSWORD_RESET_CODE_LIFETIME", "EMAIL_CHANGE_CODE_LIFETIME", "INVITATION_CODE_LIFETIME", "IDENTITY_INTERNAL_URL",
		"MAILS_PER_DAY", "RESENDS_PER_HOUR", "ATTEMPTS_PER_NETWORK", "ATTEMPTS_PER_ADDRESS", "RESENDS_PER_NETWORK"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not reported in:\n%v", name, err)
		}
	}
}

func TestSettingsHaveDefaults(t *testing.T) {
	s, err := blueprint.Read(map[string]string{
		"DIRECTORY_POSTGRES_URL": "postgres://localhost/directory", "DIRECTORY_KAFKA_BROKERS": "a:1,b:2",
		"DIRECTORY_ENV": "development", "DIRECTORY_CSRF_SECRET": servicetest.Secret, "DIRECTORY_SERVICE_SECRET": servicetest.Secret, "DIRECTORY_SMTP_URL": "smtp://localhost",
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.KafkaBrokers) != 2 || s.ThunderURL != "http://127.0.0.1:8080" || s.Addr != "127.0.0.1:8082" || s.Visibility != visibleToEveryone || s.RegistrationCodeLife.Hours() != 24 ||
		s.PasswordResetCodeLife.Hours() != 1 || s.EmailChangeCodeLife.Minutes() != 15 {
		t.Errorf("%+v", s)
	}
}

func TestSecretsThatEverybodyKnowsAreRefusedInProduction(t *testing.T) {
	servicetest.KnownSecretsAreRefused(t, blueprint, "DIRECTORY_SMTP_URL")
}
