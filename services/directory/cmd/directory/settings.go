package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/caarlos0/env/v11"
)

// settings are the environment variables of the service, each with the prefix DIRECTORY_. The README lists them.
type settings struct {
	PostgresURL      string     `env:"POSTGRES_URL,required,notEmpty"`
	KafkaBrokers     []string   `env:"KAFKA_BROKERS,required,notEmpty"`
	KafkaTopicPrefix string     `env:"KAFKA_TOPIC_PREFIX"`
	KafkaReplication int        `env:"KAFKA_REPLICATION" envDefault:"1"`
	Addr             string     `env:"ADDR" envDefault:"127.0.0.1:8082"`
	PublicURL        string     `env:"PUBLIC_URL" envDefault:"http://127.0.0.1:3000"`
	JWKSURL          string     `env:"JWKS_URL" envDefault:"http://127.0.0.1:8081/.well-known/jwks.json"`
	CSRFSecret       string     `env:"CSRF_SECRET,required,notEmpty"`
	ServiceSecret    string     `env:"SERVICE_SECRET,required,notEmpty"`
	LogLevel         slog.Level `env:"LOG_LEVEL" envDefault:"INFO"`

	SMTPURL          string        `env:"SMTP_URL,required,notEmpty"`
	SMTPPasswordFile string        `env:"SMTP_PASSWORD_FILE"`
	SMTPCAFile       string        `env:"SMTP_CA_FILE"`
	SMTPTimeout      time.Duration `env:"SMTP_TIMEOUT" envDefault:"10s"`
	MailFrom         string        `env:"MAIL_FROM" envDefault:"Muster <no-reply@muster.local>"`
	MailSupport      string        `env:"MAIL_SUPPORT"`
	MailTemplates    string        `env:"MAIL_TEMPLATES"`

	Visibility            string        `env:"VISIBILITY" envDefault:"everyone"`
	RegistrationCodeLife  time.Duration `env:"REGISTRATION_CODE_LIFETIME" envDefault:"24h"`
	PasswordResetCodeLife time.Duration `env:"PASSWORD_RESET_CODE_LIFETIME" envDefault:"1h"`
	EmailChangeCodeLife   time.Duration `env:"EMAIL_CHANGE_CODE_LIFETIME" envDefault:"15m"`
	ResendsPerHour        int           `env:"RESENDS_PER_HOUR" envDefault:"10"`
}

const (
	visibleToEveryone = "everyone"
	visibleToAdmins   = "admins"
)

// readSettings reads and checks all settings and reports all problems at once.
func readSettings(environment map[string]string) (settings, error) {
	s, err := env.ParseAsWithOptions[settings](env.Options{Environment: environment, Prefix: "DIRECTORY_"})
	problems := []error{err}
	note := func(bad bool, name, message string) {
		if bad {
			problems = append(problems, fmt.Errorf("DIRECTORY_%s %s", name, message))
		}
	}
	note(s.Visibility != "" && s.Visibility != visibleToEveryone && s.Visibility != visibleToAdmins, "VISIBILITY", "must be everyone or admins")
	note(!absolute(s.PublicURL), "PUBLIC_URL", "must be an absolute URL")
	note(!absolute(s.JWKSURL), "JWKS_URL", "must be an absolute URL")
	note(s.KafkaReplication < 1, "KAFKA_REPLICATION", "must be at least 1")
	note(s.RegistrationCodeLife < time.Minute, "REGISTRATION_CODE_LIFETIME", "must be at least 1m")
	note(s.PasswordResetCodeLife < time.Minute, "PASSWORD_RESET_CODE_LIFETIME", "must be at least 1m")
	note(s.EmailChangeCodeLife < time.Minute, "EMAIL_CHANGE_CODE_LIFETIME", "must be at least 1m")
	note(s.ResendsPerHour < 1, "RESENDS_PER_HOUR", "must be at least 1")
	note(s.SMTPTimeout < time.Second || s.SMTPTimeout > 20*time.Second, "SMTP_TIMEOUT", "must be from 1s to 20s")
	return s, errors.Join(problems...)
}

func absolute(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.IsAbs() && u.Host != ""
}
