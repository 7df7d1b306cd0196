package roster

import "time"

// Ports are the dependencies of a Service.
type Ports struct {
	Store Store
	// Legacy is identity's import API.
	Legacy LegacyAccounts
	// Now is the clock; it is read in whole seconds.
	Now func() time.Time
}

// Service implements the use cases of the roster.
type Service struct {
	store  Store
	legacy LegacyAccounts
	clock  func() time.Time
}

// New returns a Service.
func New(p Ports) *Service { return &Service{store: p.Store, legacy: p.Legacy, clock: p.Now} }

// now returns the time as users see it: UTC in whole seconds.
func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Second) }
