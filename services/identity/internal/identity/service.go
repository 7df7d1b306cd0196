package identity

import (
	"time"

	"muster/services/identity/internal/credentials"
)

// Service implements identity's use cases. It is safe for concurrent use.
type Service struct {
	store        Store
	throttle     credentials.Throttle
	keys         KeyStore
	passwords    credentials.Passwords
	guard        *credentials.Guard
	tokens       Tokens
	directory    Directory
	providers    Providers
	flows        Flows
	trail        Trail
	factors      Factors
	otp          OneTimePasswords
	passkeys     Passkeys
	passkeyStore PasskeyStore
	rules        Rules
	now          func() time.Time
	newID        func() string
}

// Name is the service's name.
const Name = "identity"

// Ports are the service's dependencies.
type Ports struct {
	Store     Store
	Throttle  credentials.Throttle
	Keys      KeyStore
	Passwords credentials.Passwords
	Tokens    Tokens
	Directory Directory
	Providers Providers
	Flows     Flows
	Trail     Trail
	Factors   Factors
	// OneTimePasswords makes and checks the codes of authenticator apps.
	OneTimePasswords OneTimePasswords
	// Passkeys speaks WebAuthn with browsers.
	Passkeys     Passkeys
	PasskeyStore PasskeyStore
	// Now is the clock. The service truncates it to whole seconds in UTC, the precision that users see, sort and filter
	// by.
	Now func() time.Time
	// NewID returns a new UUID.
	NewID func() string
}

// Rules are the operator's settings.
type Rules struct {
	AccessTokenLife  time.Duration // how long an access token is valid
	RefreshTokenLife time.Duration // how long an unused session lives
	SessionLife      time.Duration // how long a session lives at most
	KeyRotation      time.Duration // how long a signing key signs

	Passwords credentials.Policy
	Guessing  credentials.Rules

	RegistrationsPerHour int // attempts to register from one network
	RegistrationsPerDay  int

	ProviderSignInsPerHour int // from one network
	PasskeySignInsPerHour  int // from one network
	// AdminsNeedFactor says that administrators may do nothing before they have a second factor.
	AdminsNeedFactor bool
	AuditDays        int // how many days audit entries are kept; at least 30
}

// New returns the service.
func New(p Ports, rules Rules) *Service {
	now := func() time.Time { return p.Now().UTC().Truncate(time.Second) }
	return &Service{
		store: p.Store, throttle: p.Throttle, keys: p.Keys, passwords: p.Passwords, tokens: p.Tokens, directory: p.Directory, trail: p.Trail,
		providers: p.Providers, flows: p.Flows, factors: p.Factors, otp: p.OneTimePasswords,
		passkeys: p.Passkeys, passkeyStore: p.PasskeyStore, rules: rules,
		guard: credentials.NewGuard(p.Throttle, p.Passwords, rules.Guessing), now: now, newID: p.NewID,
	}
}
