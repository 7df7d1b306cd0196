package gateway

import (
	"time"

	"muster/libs/causal"
)

// Service admits callers, holds answers and composes the metrics.
type Service struct {
	model      Model
	awaiter    *causal.Awaiter
	neighbours Neighbours
	emails     Emails
	figures    Figures
	now        func() time.Time
	patience   time.Duration
	webhooks   chan struct{} // one for each webhook that is held
	zone       *time.Location
	currency   string
}

// Name is the service's name.
const Name = "gateway"

// Ports are the dependencies of a Service.
type Ports struct {
	Model      Model
	Neighbours Neighbours
	Emails     Emails
	Figures    Figures
	// Now is the clock of the metrics. Nil is the system's.
	Now func() time.Time
}

// Rules are the settings of an installation.
type Rules struct {
	Patience time.Duration  // how long an answer is held at most
	Zone     *time.Location // of the months and years of the metrics; nil is UTC
	Currency string         // of the income, in lower case
}

// New creates the service.
func New(p Ports, rules Rules) *Service {
	s := &Service{
		model: p.Model, awaiter: causal.NewAwaiter(p.Model.Progress), neighbours: p.Neighbours, emails: p.Emails, figures: p.Figures, now: p.Now,
		patience: rules.Patience, zone: rules.Zone, currency: rules.Currency,
		webhooks: make(chan struct{}, webhooksHeld),
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.zone == nil {
		s.zone = time.UTC
	}
	return s
}
