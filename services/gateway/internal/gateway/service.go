package gateway

import "time"

// Service lets people in and holds answers back.
type Service struct {
	model      Model
	neighbours Neighbours
	patience   time.Duration
}

// New makes the service. patience is how long an answer is held at most.
func New(model Model, neighbours Neighbours, patience time.Duration) *Service {
	return &Service{model: model, neighbours: neighbours, patience: patience}
}
