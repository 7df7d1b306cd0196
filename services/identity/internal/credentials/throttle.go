package credentials

import (
	"context"
	"time"

	"muster/libs/limits"
	"muster/libs/usersapi"
)

// Rules are the limits of guessing, which an operator may change.
type Rules struct {
	MaxAccountFailures int           // failed sign-ins by address and network together within FailureWindow; then all are refused
	MaxIPFailures      int           // failed sign-ins by network, whatever the address
	FailureWindow      time.Duration // it slides
}

// Guard checks credentials, and refuses whoever has guessed wrong too often. It is safe for concurrent use.
type Guard struct {
	throttle  Throttle
	passwords Passwords
	account   limits.Limit
	network   limits.Limit
}

// NewGuard makes a guard.
func NewGuard(t Throttle, p Passwords, rules Rules) *Guard {
	return &Guard{
		throttle: t, passwords: p,
		account: limits.Limit{Name: "failed sign-ins by address and network", Most: rules.MaxAccountFailures, Window: rules.FailureWindow},
		network: limits.Limit{Name: "failed sign-ins by network", Most: rules.MaxIPFailures, Window: rules.FailureWindow},
	}
}

// Attempt is an attempt to sign in: what its failures are counted under. Those of an address count by network, so that
// nobody who guesses elsewhere keeps the owner out.
type Attempt struct{ email, network string }

// NewAttempt is an attempt with an address, however it is spelled, from a network.
func NewAttempt(email, network string) Attempt { return Attempt{usersapi.EmailKey(email), network} }

func (g *Guard) ofAccount(by Attempt) limits.Use { return g.account.Of(by.network + " " + by.email) }

// Refuse fails with limits.ErrUsedUp when the attempts of the network are used up, or those that it has for the address.
func (g *Guard) Refuse(ctx context.Context, by Attempt) error {
	return g.throttle.Check(ctx, g.ofAccount(by), g.network.Of(by.network))
}

// failed counts a wrong guess and says what the caller is told: that it was wrong, unless it came after the last
// attempt that was left.
func (g *Guard) failed(ctx context.Context, by Attempt) error {
	if err := g.throttle.Take(ctx, g.ofAccount(by), g.network.Of(by.network)); err != nil {
		return err
	}
	return ErrInvalidCredentials
}

// Succeeded forgets the failures of the address from this network. Inside a transaction carried by ctx it is part of that
// transaction.
func (g *Guard) Succeeded(ctx context.Context, by Attempt) error {
	return g.throttle.Forget(ctx, g.ofAccount(by))
}
