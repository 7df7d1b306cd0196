package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/caarlos0/env/v11"

	"muster/services/identity/internal/adapter/argon2"
	"muster/services/identity/internal/identity"
)

// prefix stands before the name of every setting in the environment.
const prefix = "IDENTITY_"

// settings is what an operator may say about the service, all of it in the environment. README.md explains each.
type settings struct {
	Addr             string   `env:"ADDR" envDefault:"127.0.0.1:8081"`
	PostgresURL      string   `env:"POSTGRES_URL,required,notEmpty"`
	KafkaBrokers     []string `env:"KAFKA_BROKERS,required,notEmpty"`
	KafkaTopicPrefix string   `env:"KAFKA_TOPIC_PREFIX"`
	KafkaReplication int      `env:"KAFKA_REPLICATION" envDefault:"1"`
	CSRFSecret       string   `env:"CSRF_SECRET,required,notEmpty"`
	ServiceSecret    string   `env:"SERVICE_SECRET,required,notEmpty"`
	KeySecret        string   `env:"KEY_SECRET"`
	APIURL           string   `env:"API_URL" envDefault:"http://127.0.0.1:8080"`
	LogLevel         string   `env:"LOG_LEVEL" envDefault:"info"`

	BootstrapAdminEmail    string `env:"BOOTSTRAP_ADMIN_EMAIL"`
	BootstrapAdminPassword string `env:"BOOTSTRAP_ADMIN_PASSWORD"`

	AccessTokenLife  time.Duration `env:"ACCESS_TOKEN_LIFE" envDefault:"15m"`
	RefreshTokenLife time.Duration `env:"REFRESH_TOKEN_LIFE" envDefault:"720h"`
	KeyRotation      time.Duration `env:"KEY_ROTATION" envDefault:"720h"`

	LoginMaxFailures   int           `env:"LOGIN_MAX_FAILURES" envDefault:"10"`
	LoginMaxIPFailures int           `env:"LOGIN_MAX_IP_FAILURES" envDefault:"100"`
	LoginFailureWindow time.Duration `env:"LOGIN_FAILURE_WINDOW" envDefault:"15m"`

	Argon2MemoryKiB   uint32 `env:"ARGON2_MEMORY_KIB" envDefault:"19456"`
	Argon2Iterations  int    `env:"ARGON2_ITERATIONS" envDefault:"2"`
	Argon2Parallelism int    `env:"ARGON2_PARALLELISM" envDefault:"1"`
}

// readSettings reads and checks all settings and reports all that is wrong with them at once.
func readSettings(environment map[string]string) (settings, error) {
	s, err := env.ParseAsWithOptions[settings](env.Options{Prefix: prefix, Environment: environment})
	err = errors.Join(err, s.check())
	if s.KeySecret == "" {
		s.KeySecret = s.ServiceSecret
	}
	return s, err
}

// Limits that keep a setting from doing harm.
const (
	minSecret      = 32 // bytes
	minKeyRotation = time.Hour
	maxAccessLife  = time.Hour
)

func (s settings) check() error {
	var wrong []error
	need := func(ok bool, name, what string) {
		if !ok {
			wrong = append(wrong, fmt.Errorf("%s%s %s", prefix, name, what))
		}
	}
	secret := func(name, value string) { // an empty one that is required has been reported already
		need(value == "" || len(value) >= minSecret, name, "must have at least 32 bytes")
	}
	secret("CSRF_SECRET", s.CSRFSecret)
	secret("SERVICE_SECRET", s.ServiceSecret)
	secret("KEY_SECRET", s.KeySecret)
	api, err := url.Parse(s.APIURL)
	need(err == nil && api.IsAbs() && api.Host != "", "API_URL", "must be an absolute URL")
	_, err = parseLevel(s.LogLevel)
	need(err == nil, "LOG_LEVEL", "must be debug, info, warn or error")
	need((s.BootstrapAdminEmail == "") == (s.BootstrapAdminPassword == ""), "BOOTSTRAP_ADMIN_EMAIL", "and "+prefix+"BOOTSTRAP_ADMIN_PASSWORD go together")
	need(s.AccessTokenLife >= time.Minute && s.AccessTokenLife <= maxAccessLife, "ACCESS_TOKEN_LIFE", "must be from 1m to 1h")
	need(s.RefreshTokenLife > s.AccessTokenLife, "REFRESH_TOKEN_LIFE", "must be longer than "+prefix+"ACCESS_TOKEN_LIFE")
	need(s.KeyRotation >= minKeyRotation && s.KeyRotation > s.AccessTokenLife, "KEY_ROTATION", "must be at least 1h")
	need(s.LoginMaxFailures > 0, "LOGIN_MAX_FAILURES", "must be positive")
	need(s.LoginMaxIPFailures > 0, "LOGIN_MAX_IP_FAILURES", "must be positive")
	need(s.LoginFailureWindow >= time.Second, "LOGIN_FAILURE_WINDOW", "must be at least 1s")
	need(s.KafkaReplication > 0, "KAFKA_REPLICATION", "must be positive")
	return errors.Join(wrong...)
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

func (s settings) rules() identity.Rules {
	return identity.Rules{
		AccessTokenLife: s.AccessTokenLife, RefreshTokenLife: s.RefreshTokenLife, KeyRotation: s.KeyRotation,
		MaxAccountFailures: s.LoginMaxFailures, MaxIPFailures: s.LoginMaxIPFailures, FailureWindow: s.LoginFailureWindow,
	}
}

func (s settings) argon2() argon2.Params {
	return argon2.Params{MemoryKiB: s.Argon2MemoryKiB, Iterations: s.Argon2Iterations, Parallelism: s.Argon2Parallelism}
}
