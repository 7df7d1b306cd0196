package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"muster/services/billing/internal/adapter/stripe"
	"muster/services/billing/internal/billing"
)

// prefix stands before the name of every setting in the environment.
const prefix = "BILLING_"

// settings is what an operator may say about the service, all of it in the environment. README.md explains each.
type settings struct {
	Addr             string   `env:"ADDR" envDefault:"127.0.0.1:8083"`
	Environment      string   `env:"ENV" envDefault:"development"`
	PostgresURL      string   `env:"POSTGRES_URL,required,notEmpty"`
	KafkaBrokers     []string `env:"KAFKA_BROKERS,required,notEmpty"`
	KafkaTopicPrefix string   `env:"KAFKA_TOPIC_PREFIX"`
	KafkaReplication int      `env:"KAFKA_REPLICATION" envDefault:"1"`
	JWKSURL          string   `env:"JWKS_URL" envDefault:"http://127.0.0.1:8081/.well-known/jwks.json"`
	CSRFSecret       string   `env:"CSRF_SECRET,required,notEmpty"`
	ServiceSecret    string   `env:"SERVICE_SECRET,required,notEmpty"`
	PublicURL        string   `env:"PUBLIC_URL"`
	LogLevel         string   `env:"LOG_LEVEL" envDefault:"info"`

	StripeSecretKey      string   `env:"STRIPE_SECRET_KEY,required,notEmpty"`
	StripeAPIURL         string   `env:"STRIPE_API_URL"`
	StripeWebhookSecrets []string `env:"STRIPE_WEBHOOK_SECRETS,required,notEmpty"`

	ReturnURLOrigins []string      `env:"RETURN_URL_ORIGINS"`
	PastDueGrace     time.Duration `env:"PAST_DUE_GRACE" envDefault:"720h"`
}

// readSettings reads and checks all settings and reports all that is wrong with them at once.
func readSettings(environment map[string]string) (settings, error) {
	s, err := env.ParseAsWithOptions[settings](env.Options{Prefix: prefix, Environment: environment})
	return s, errors.Join(err, s.check())
}

const (
	minSecret = 32 // bytes
	maxGrace  = 30 * 24 * time.Hour
)

func (s settings) check() error {
	var wrong []error
	need := func(ok bool, name, what string) {
		if !ok {
			wrong = append(wrong, fmt.Errorf("%s%s %s", prefix, name, what))
		}
	}
	// What is required and empty has been reported already.
	need(s.CSRFSecret == "" || len(s.CSRFSecret) >= minSecret, "CSRF_SECRET", "must have at least 32 bytes")
	need(s.ServiceSecret == "" || len(s.ServiceSecret) >= minSecret, "SERVICE_SECRET", "must have at least 32 bytes")
	need(s.Environment == "development" || s.Environment == "production", "ENV", "must be development or production")
	need(s.KafkaReplication > 0, "KAFKA_REPLICATION", "must be positive")
	need(s.PastDueGrace >= 0 && s.PastDueGrace <= maxGrace, "PAST_DUE_GRACE", "must be from 0s to 720h")
	_, err := parseLevel(s.LogLevel)
	need(err == nil, "LOG_LEVEL", "must be debug, info, warn or error")
	jwks, err := url.Parse(s.JWKSURL)
	need(err == nil && jwks.IsAbs() && jwks.Host != "", "JWKS_URL", "must be an absolute URL")
	for _, o := range s.ReturnURLOrigins {
		need(isOrigin(o), "RETURN_URL_ORIGINS", fmt.Sprintf("holds %q, which is no origin such as https://app.example.com", o))
	}
	if s.StripeSecretKey != "" {
		if err := s.stripe().Check(); err != nil {
			wrong = append(wrong, fmt.Errorf("%sSTRIPE_…: %w", prefix, err))
		}
	}
	if len(s.StripeWebhookSecrets) > 0 {
		if _, err := stripe.NewWebhooks(s.StripeWebhookSecrets...); err != nil {
			wrong = append(wrong, fmt.Errorf("%sSTRIPE_WEBHOOK_SECRETS: %w", prefix, err))
		}
	}
	return errors.Join(wrong...)
}

func isOrigin(text string) bool {
	u, err := url.Parse(strings.TrimSpace(text))
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && (u.Path == "" || u.Path == "/") && u.RawQuery == ""
}

// logLevel is for settings that were checked.
func (s settings) logLevel() slog.Level {
	level, _ := parseLevel(s.LogLevel)
	return level
}

func parseLevel(text string) (level slog.Level, err error) {
	err = level.UnmarshalText([]byte(text))
	return level, err
}

func (s settings) stripe() stripe.Config {
	return stripe.Config{Key: s.StripeSecretKey, URL: s.StripeAPIURL, Production: s.Environment == "production"}
}

// rules gives the frontend's address, if it is set, besides the origins that are listed.
func (s settings) rules() billing.Rules {
	r := billing.Rules{Grace: s.PastDueGrace}
	for _, o := range append([]string{s.PublicURL}, s.ReturnURLOrigins...) {
		if u, err := url.Parse(strings.TrimSpace(o)); err == nil && u.Host != "" {
			r.ReturnOrigins = append(r.ReturnOrigins, u.Scheme+"://"+u.Host)
		}
	}
	return r
}
