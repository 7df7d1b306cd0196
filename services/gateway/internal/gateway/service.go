package gateway

import "time"

// Service lets people in and holds answers back.
type Service struct {
	model      Model
	neighbours Neighbours
	patience   time.Duration
}

// Name is the service's name.
const Name = "gateway"

// Ports are what a Service works with.
type Ports struct {
	Model      Model
	Neighbours Neighbours
}

// Rules are the numbers that an operator may change.
type Rules struct {
	Patience time.Duration // how long an answer is held at most
}

// New makes the service.
func New(p Ports, rules Rules) *Service {
	return &Service{model: p.Model, neighbours: p.Neighbours, patience: rules.Patience}
}
