package gateway

import "time"

// Service admits callers and holds answers.
type Service struct {
	model      Model
	neighbours Neighbours
	emails     Emails
	patience   time.Duration
	webhooks   chan struct{} // one for each webhook that is held
}

// Name is the service's name.
const Name = "gateway"

// Ports are the dependencies of a Service.
type Ports struct {
	Model      Model
	Neighbours Neighbours
	Emails     Emails
}

// Rules are the settings of an installation.
type Rules struct {
	Patience time.Duration // how long an answer is held at most
}

// New creates the service.
func New(p Ports, rules Rules) *Service {
	return &Service{model: p.Model, neighbours: p.Neighbours, emails: p.Emails, patience: rules.Patience, webhooks: make(chan struct{}, webhooksHeld)}
}
