package roster

import "time"

// Ports are what a Service works with.
type Ports struct {
	Store Store
	// Legacy takes what imports have for identity.
	Legacy LegacyAccounts
	// Now is the clock; it is read in whole seconds.
	Now func() time.Time
}

// Service is what can be done with the roster.
type Service struct {
	store  Store
	legacy LegacyAccounts
	clock  func() time.Time
}

// New makes a Service.
func New(p Ports) *Service { return &Service{store: p.Store, legacy: p.Legacy, clock: p.Now} }

// now is the time as users see it: UTC in whole seconds.
func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Second) }
