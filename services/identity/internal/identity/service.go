package identity

import "time"

// Service is identity's use cases. It is safe for concurrent use.
type Service struct {
	store     Store
	throttle  Throttle
	keys      KeyStore
	passwords Passwords
	tokens    Tokens
	rules     Rules
	now       func() time.Time
	newID     func() string
}

// Name is the service's name.
const Name = "identity"

// Ports are what the service works with.
type Ports struct {
	Store     Store
	Throttle  Throttle
	Keys      KeyStore
	Passwords Passwords
	Tokens    Tokens
	// Now is the clock. The service cuts it to whole seconds UTC, which is what users see, sort and filter by.
	Now func() time.Time
	// NewID makes a UUID.
	NewID func() string
}

// Rules are the numbers that an operator may change.
type Rules struct {
	AccessTokenLife  time.Duration // how long an access token is good for
	RefreshTokenLife time.Duration // how long a session lives without being used
	KeyRotation      time.Duration // how long a signing key signs

	MaxAccountFailures int           // failed sign-ins by address within FailureWindow; then all are refused
	MaxIPFailures      int           // the same by client network
	FailureWindow      time.Duration // counted from the first failure
}

// New makes the service.
func New(p Ports, rules Rules) *Service {
	return &Service{
		store: p.Store, throttle: p.Throttle, keys: p.Keys, passwords: p.Passwords, tokens: p.Tokens, rules: rules,
		now: func() time.Time { return p.Now().UTC().Truncate(time.Second) }, newID: p.NewID,
	}
}
