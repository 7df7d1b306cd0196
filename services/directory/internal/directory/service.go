package directory

import (
	"context"
	"time"

	"muster/libs/contracts"
)

// Config is what a Service needs.
type Config struct {
	Store  Store
	Mails  MailQueue
	Mailer Mailer
	// Legacy takes what imports have for identity.
	Legacy LegacyAccounts
	// Now is the clock; it is read in whole seconds. Nil is the system's.
	Now func() time.Time
	// NewCode makes verification codes. Nil is NewCode.
	NewCode func() string
	// RegistrationCodeLife is how long the code of a registration is good for. Zero is 24 h (contract section 6).
	RegistrationCodeLife time.Duration
	// ResendsPerHour is how many mails with one kind of code somebody can have themselves sent in an hour through the
	// public route; more are left out silently. Zero is 10.
	ResendsPerHour int
}

const (
	defaultCodeLife       = 24 * time.Hour
	defaultResendsPerHour = 10
)

// Service is what can be done with users.
type Service struct {
	store    Store
	mails    MailQueue
	mailer   Mailer
	legacy   LegacyAccounts
	clock    func() time.Time
	newCode  func() string
	codeLife time.Duration
	resends  int
}

// New makes a Service.
func New(c Config) *Service {
	s := &Service{
		store: c.Store, mails: c.Mails, mailer: c.Mailer, legacy: c.Legacy, clock: c.Now, newCode: c.NewCode,
		codeLife: c.RegistrationCodeLife, resends: c.ResendsPerHour,
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.newCode == nil {
		s.newCode = NewCode
	}
	if s.codeLife == 0 {
		s.codeLife = defaultCodeLife
	}
	if s.resends == 0 {
		s.resends = defaultResendsPerHour
	}
	return s
}

// now is the time as users see it: UTC in whole seconds.
func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Second) }

// save stores a changed user and publishes its state, then the events.
func save(ctx context.Context, tx Tx, u User, events ...contracts.Payload) error {
	if err := tx.UpdateUser(ctx, u); err != nil {
		return err
	}
	return tx.Publish(ctx, append([]contracts.Payload{u.Record()}, events...)...)
}
