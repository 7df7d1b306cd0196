package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// prefix stands before the name of every setting.
const prefix = "GATEWAY_"

// settings are the environment variables of the service, each with the prefix. The README lists them.
type settings struct {
	PostgresURL      string     `env:"POSTGRES_URL,required,notEmpty"`
	KafkaBrokers     []string   `env:"KAFKA_BROKERS,required,notEmpty"`
	KafkaTopicPrefix string     `env:"KAFKA_TOPIC_PREFIX"`
	Addr             string     `env:"ADDR" envDefault:"127.0.0.1:8080"`
	JWKSURL          string     `env:"JWKS_URL"`
	CSRFSecret       string     `env:"CSRF_SECRET,required,notEmpty"`
	ServiceSecret    string     `env:"SERVICE_SECRET,required,notEmpty"`
	LogLevel         slog.Level `env:"LOG_LEVEL" envDefault:"INFO"`

	IdentityURL  string `env:"IDENTITY_URL" envDefault:"http://127.0.0.1:8081"`
	DirectoryURL string `env:"DIRECTORY_URL" envDefault:"http://127.0.0.1:8082"`
	BillingURL   string `env:"BILLING_URL" envDefault:"http://127.0.0.1:8083"`

	UpstreamTimeout     time.Duration `env:"UPSTREAM_TIMEOUT" envDefault:"15s"`
	UpstreamConnections int           `env:"UPSTREAM_CONNECTIONS" envDefault:"256"`
	ConsistencyWait     time.Duration `env:"CONSISTENCY_WAIT" envDefault:"2s"`

	CORSOrigins    []string `env:"CORS_ORIGINS"`
	TrustedProxies []string `env:"TRUSTED_PROXIES"`
}

// readSettings reads and checks all settings and reports all problems at once.
func readSettings(environment map[string]string) (settings, error) {
	s, err := env.ParseAsWithOptions[settings](env.Options{Environment: environment, Prefix: prefix})
	problems := []error{err}
	note := func(bad bool, name, message string) {
		if bad {
			problems = append(problems, fmt.Errorf("%s%s %s", prefix, name, message))
		}
	}
	for name, address := range map[string]string{"IDENTITY_URL": s.IdentityURL, "DIRECTORY_URL": s.DirectoryURL, "BILLING_URL": s.BillingURL} {
		note(!absolute(address), name, "must be an absolute URL")
	}
	if s.JWKSURL == "" {
		s.JWKSURL = strings.TrimSuffix(s.IdentityURL, "/") + "/.well-known/jwks.json"
	}
	note(!absolute(s.JWKSURL), "JWKS_URL", "must be an absolute URL")
	note(s.UpstreamTimeout < time.Second || s.UpstreamTimeout > time.Minute, "UPSTREAM_TIMEOUT", "must be from 1s to 1m")
	note(s.UpstreamConnections < 1, "UPSTREAM_CONNECTIONS", "must be at least 1")
	note(s.ConsistencyWait < 0 || s.ConsistencyWait > 10*time.Second, "CONSISTENCY_WAIT", "must be from 0s to 10s")
	return s, errors.Join(problems...)
}

func absolute(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.IsAbs() && u.Host != ""
}
