package main

import (
	"maps"
	"strings"
	"testing"

	"muster/libs/service/servicetest"
)

var complete = map[string]string{
	"BILLING_ENV":          "development",
	"BILLING_POSTGRES_URL": "postgres://x", "BILLING_KAFKA_BROKERS": "127.0.0.1:9092", "BILLING_CSRF_SECRET": servicetest.Secret,
	"BILLING_SERVICE_SECRET": servicetest.Secret, "BILLING_STRIPE_SECRET_KEY": "sk_test_x", "BILLING_STRIPE_WEBHOOK_SECRETS": "whsec_1,whsec_2",
}

func TestCompleteSettings(t *testing.T) {
	e := maps.Clone(complete)
	e["BILLING_PUBLIC_URL"] = "http://127.0.0.1:3000/app"
	e["BILLING_RETURN_URL_ORIGINS"] = "https://app.test, https://other.test/,http://localhost:*"
	s, err := blueprint.Read(e)
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"http://127.0.0.1:3000/x": true, "https://app.test/": true, "https://other.test": true, "http://localhost:5173/plans": true,
		"http://127.0.0.1:3001/x": false, "https://app.test:8443/": false, "http://app.test/": false,
	} {
		if s.rules().MayReturnTo(address) != want {
			t.Errorf("may return to %s: %t", address, !want)
		}
	}
	if len(s.StripeWebhookSecrets) != 2 {
		t.Errorf("secrets %v", s.StripeWebhookSecrets)
	}
}

func TestAllProblemsAreNamedAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		change map[string]string
		want   []string
	}{
		"nothing": {map[string]string{"BILLING_POSTGRES_URL": "", "BILLING_STRIPE_SECRET_KEY": "", "BILLING_STRIPE_WEBHOOK_SECRETS": ""},
			[]string{"BILLING_POSTGRES_URL", "BILLING_STRIPE_SECRET_KEY", "BILLING_STRIPE_WEBHOOK_SECRETS"}},
		"short secrets":           {map[string]string{"BILLING_CSRF_SECRET": "x", "BILLING_SERVICE_SECRET": "y"}, []string{"BILLING_CSRF_SECRET", "BILLING_SERVICE_SECRET"}},
		"an empty webhook secret": {map[string]string{"BILLING_STRIPE_WEBHOOK_SECRETS": "whsec_1,,"}, []string{"BILLING_STRIPE_WEBHOOK_SECRETS"}},
		"a live key for a fake":   {map[string]string{"BILLING_STRIPE_SECRET_KEY": "sk_live_x", "BILLING_STRIPE_API_URL": "http://127.0.0.1:1"}, []string{"live"}},
		"production with a fake":  {map[string]string{"BILLING_ENV": "production", "BILLING_STRIPE_API_URL": "http://127.0.0.1:1"}, []string{"production"}},
		"no origin, no grace, no level": {map[string]string{"BILLING_RETURN_URL_ORIGINS": "app.test", "BILLING_PAST_DUE_GRACE": "721h", "BILLING_WRONG_CODES_PER_HOUR": "0", "BILLING_DECLINED_PAYMENTS_PER_HOUR": "0", "BILLING_LOG_LEVEL": "loud", "BILLING_ENV": "x"},
			[]string{"RETURN_URL_ORIGINS", "PAST_DUE_GRACE", "WRONG_CODES_PER_HOUR", "DECLINED_PAYMENTS_PER_HOUR", "LOG_LEVEL", "BILLING_ENV"}},
	} {
		e := maps.Clone(complete)
		maps.Copy(e, c.change)
		_, err := blueprint.Read(e)
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v does not name %s", name, err, want)
			}
		}
		if strings.Contains(err.Error(), "sk_live_x") {
			t.Errorf("%s: the error holds the key", name)
		}
	}
}

func TestSecretsThatEverybodyKnowsAreRefusedInProduction(t *testing.T) {
	servicetest.KnownSecretsAreRefused(t, blueprint, "BILLING_STRIPE_SECRET_KEY", "BILLING_STRIPE_WEBHOOK_SECRETS")
}
