package credentials

import (
	"context"
	"time"

	"muster/libs/limits"
	"muster/libs/usersapi"
)

// Rules are the limits of failed sign-ins. They are settings.
type Rules struct {
	// MaxAccountFailures is how many sign-ins may fail by address and network together, and by address and application
	// together, within FailureWindow; then all are refused.
	MaxAccountFailures int
	MaxIPFailures      int           // failed sign-ins by network, whatever the address
	FailureWindow      time.Duration // it slides
}

// Guard checks credentials and refuses clients that failed too often. It is safe for concurrent use.
type Guard struct {
	throttle  Throttle
	passwords Passwords
	account   limits.Limit
	network   limits.Limit
	managed   limits.Limit
	asTyped   evener // of passwords that are verified in one form
	twice     evener // of those that are verified in two
}

// NewGuard returns a guard with these limits.
func NewGuard(t Throttle, p Passwords, rules Rules) *Guard {
	return &Guard{
		throttle: t, passwords: p,
		account: limits.Limit{Name: "failed sign-ins by address and network", Most: rules.MaxAccountFailures, Window: rules.FailureWindow},
		network: limits.Limit{Name: "failed sign-ins by network", Most: rules.MaxIPFailures, Window: rules.FailureWindow},
		managed: limits.Limit{Name: "failed checks by address and application", Most: rules.MaxAccountFailures, Window: rules.FailureWindow},
	}
}

// Attempt identifies an attempt to sign in for counting its failures. Failures of an address are counted for each network
// separately, so guesses from one network do not lock out an owner on another.
type Attempt struct{ email, network, application string }

// NewAttempt returns the attempt for an address, in any spelling, from a network.
func NewAttempt(email, network string) Attempt {
	return Attempt{email: usersapi.EmailKey(email), network: network}
}

func (g *Guard) ofAccount(by Attempt) limits.Use {
	if by.application != "" {
		return g.managed.Of(by.application + " " + by.email)
	}
	return g.account.Of(by.network + " " + by.email)
}

// uses returns the limits that a failure counts against.
func (g *Guard) uses(by Attempt) []limits.Use {
	if by.application != "" {
		return []limits.Use{g.ofAccount(by)}
	}
	return []limits.Use{g.ofAccount(by), g.network.Of(by.network)}
}

// Refuse returns limits.ErrUsedUp when the network has used up its attempts, in all or for this address, or the
// application for this address.
func (g *Guard) Refuse(ctx context.Context, by Attempt) error {
	return g.throttle.Check(ctx, g.uses(by)...)
}

// failed counts a failure and returns the error for the caller: ErrInvalidCredentials, or limits.ErrUsedUp when no attempt
// was left.
func (g *Guard) failed(ctx context.Context, by Attempt) error {
	if err := g.throttle.Take(ctx, g.uses(by)...); err != nil {
		return err
	}
	return ErrInvalidCredentials
}

// Succeeded deletes the count of failures for the address from this network or application. It joins the transaction
// that ctx carries.
func (g *Guard) Succeeded(ctx context.Context, by Attempt) error {
	return g.throttle.Forget(ctx, g.ofAccount(by))
}
