package directory

import (
	"cmp"
	"context"
	"time"

	"muster/libs/contracts"
)

// Name is the service's name.
const Name = "directory"

// Ports are the dependencies of a Service.
type Ports struct {
	Store  Store
	Mails  MailQueue
	Mailer Mailer
	// Throttle counts what is limited.
	Throttle Throttle
	// Now is the clock; it is read in whole seconds. Nil is the system's.
	Now func() time.Time
	// NewCode makes verification codes. Nil is NewCode.
	NewCode func() string
	// NewDigits returns the codes of email changes. Nil is NewDigits.
	NewDigits func() string
	// NewToken makes the verification tokens of Thunder, UUIDv4. It is required for them only.
	NewToken func() string
}

// Rules are the numbers that an operator may change.
type Rules struct {
	// RegistrationCodeLife is how long the code of a registration is good for. Zero is 24 h (contract section 6).
	RegistrationCodeLife time.Duration
	// PasswordResetCodeLife is the same for a forgotten password. Zero is 1 h.
	PasswordResetCodeLife time.Duration
	// InvitationCodeLife is the same for an invitation. Zero is 7 days (contract auth-api, "Invitations").
	InvitationCodeLife time.Duration
	// EmailChangeCodeLife is the same for an email change. Zero is 15 min.
	EmailChangeCodeLife time.Duration
	// ResendsPerHour is how many mails with one kind of code a signed-in user can ask for in an hour. Zero is 10.
	ResendsPerHour int
	// MailsPerDay is how many mails with codes go to one recipient in a day, whoever causes them. Half of them can be
	// asked for without signing in. Zero is 20.
	MailsPerDay int
	// AttemptsPerNetwork is how many codes can be tried from one network in an hour without signing in. Zero is 60.
	AttemptsPerNetwork int
	// AttemptsPerAddress is how many of them for one address. Zero is 10.
	AttemptsPerAddress int
	// ResendsPerNetwork is how many mails can be asked for from one network in an hour without signing in. Zero is 60.
	ResendsPerNetwork int
}

const (
	defaultRegistrationCodeLife  = 24 * time.Hour
	defaultPasswordResetCodeLife = time.Hour
	defaultInvitationCodeLife    = 7 * 24 * time.Hour
	defaultEmailChangeCodeLife   = 15 * time.Minute
)

// Service implements the use cases for users.
type Service struct {
	store     Store
	mails     MailQueue
	mailer    Mailer
	throttle  Throttle
	clock     func() time.Time
	newCode   func() string
	newDigits func() string
	newToken  func() string
	codeLife  map[string]time.Duration // by type of request
	limited   limited
}

// New returns a Service.
func New(p Ports, rules Rules) *Service {
	s := &Service{
		store: p.Store, mails: p.Mails, mailer: p.Mailer, throttle: p.Throttle, clock: p.Now, newCode: p.NewCode, newDigits: p.NewDigits,
		newToken: p.NewToken,
		codeLife: map[string]time.Duration{
			RequestRegistration:  cmp.Or(rules.RegistrationCodeLife, defaultRegistrationCodeLife),
			RequestPasswordReset: cmp.Or(rules.PasswordResetCodeLife, defaultPasswordResetCodeLife),
			RequestInvitation:    cmp.Or(rules.InvitationCodeLife, defaultInvitationCodeLife),
			RequestEmailChange:   cmp.Or(rules.EmailChangeCodeLife, defaultEmailChangeCodeLife),
		},
		limited: newLimited(rules),
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.newCode == nil {
		s.newCode = NewCode
	}
	if s.newDigits == nil {
		s.newDigits = NewDigits
	}
	return s
}

// now returns the time as users see it: UTC in whole seconds.
func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Second) }

// save stores a changed user, then publishes its state and the events. The user's requests are changed before.
func save(ctx context.Context, tx Tx, u User, events ...contracts.Payload) error {
	if err := tx.UpdateUser(ctx, u); err != nil {
		return err
	}
	return publish(ctx, tx, u, events...)
}
