package main

import (
	"net/url"
	"time"

	"muster/libs/service"
	"muster/libs/web/origin"
	"muster/services/billing/internal/adapter/stripe"
	"muster/services/billing/internal/billing"
)

// settings holds the service's environment variables, each with the prefix BILLING_. README.md documents them.
type settings struct {
	service.Settings

	PublicURL string `env:"PUBLIC_URL"`

	StripeSecretKey      string   `env:"STRIPE_SECRET_KEY,required,notEmpty" secret:"value"`
	StripeAPIURL         string   `env:"STRIPE_API_URL"`
	StripeWebhookSecrets []string `env:"STRIPE_WEBHOOK_SECRETS,required,notEmpty" secret:"value"`

	ReturnURLOrigins []string      `env:"RETURN_URL_ORIGINS"`
	PastDueGrace     time.Duration `env:"PAST_DUE_GRACE" envDefault:"720h"`

	AuditRetention time.Duration `env:"AUDIT_RETENTION" envDefault:"17520h"`

	WrongCodesPerHour int `env:"WRONG_CODES_PER_HOUR" envDefault:"20"`
	DeclinesPerHour   int `env:"DECLINED_PAYMENTS_PER_HOUR" envDefault:"10"`
}

func defaults() *settings {
	return &settings{Settings: service.Settings{Addr: "127.0.0.1:8083", InternalAddr: "127.0.0.1:9083"}}
}

const (
	maxGrace          = 30 * 24 * time.Hour
	leastAuditKeeping = 24 * time.Hour
)

// Check implements service.Configurable.
func (s *settings) Check(p *service.Problems) {
	p.Need(s.PastDueGrace >= 0 && s.PastDueGrace <= maxGrace, "PAST_DUE_GRACE", "must be from 0s to 720h")
	p.Need(s.AuditRetention >= leastAuditKeeping, "AUDIT_RETENTION", "must be at least 24h")
	p.Limit("WRONG_CODES_PER_HOUR", s.WrongCodesPerHour, 1)
	p.Limit("DECLINED_PAYMENTS_PER_HOUR", s.DeclinesPerHour, 1)
	s.ReturnURLOrigins = p.Origins("RETURN_URL_ORIGINS", s.ReturnURLOrigins)
	if s.StripeSecretKey != "" {
		p.Wrong(s.stripe().Check(), "STRIPE_API_URL")
	}
	_, err := stripe.NewWebhooks(s.stripe().Live(), s.StripeWebhookSecrets...)
	p.Wrong(err, "STRIPE_WEBHOOK_SECRETS")
}

func (s *settings) stripe() stripe.Config {
	return stripe.Config{Key: s.StripeSecretKey, URL: s.StripeAPIURL, Production: s.Production()}
}

// rules allows return URLs at the frontend's origin, if it is set, and at the listed origins.
func (s *settings) rules() billing.Rules {
	origins := origin.Set(s.ReturnURLOrigins)
	if u, err := url.Parse(s.PublicURL); err == nil {
		frontend, _ := origin.Parse([]string{u.Scheme + "://" + u.Host})
		origins = append(origins, frontend...)
	}
	return billing.Rules{Grace: s.PastDueGrace, MayReturnTo: origins.Allow, WrongCodesPerHour: s.WrongCodesPerHour, DeclinesPerHour: s.DeclinesPerHour}
}
