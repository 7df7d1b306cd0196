package credentials

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"time"

	"muster/libs/usersapi"
)

// Failures is how often attempts of one subject failed within the window that is open.
type Failures struct {
	Count int
	Until time.Time // when the window ends; zero when none is open
}

// Rules are the limits of guessing, which an operator may change.
type Rules struct {
	MaxAccountFailures int           // failed sign-ins by address within FailureWindow; then all are refused
	MaxIPFailures      int           // the same by client network
	FailureWindow      time.Duration // counted from the first failure
}

// Guard checks credentials, and refuses whoever has guessed wrong too often. It is safe for concurrent use.
type Guard struct {
	throttle  Throttle
	passwords Passwords
	rules     Rules
	now       func() time.Time
}

// NewGuard makes a guard. now is the clock.
func NewGuard(t Throttle, p Passwords, rules Rules, now func() time.Time) *Guard {
	return &Guard{t, p, rules, now}
}

// Attempt is an attempt to sign in: what its failures are counted under.
type Attempt struct{ account, network string }

// NewAttempt names the address by a hash, because the address may be anything that somebody typed, and the client by
// its network: whoever has one IPv6 address has all of its /64.
func NewAttempt(email, ip string) Attempt {
	sum := sha256.Sum256([]byte(usersapi.EmailKey(email)))
	return Attempt{account: "account:" + hex.EncodeToString(sum[:]), network: "network:" + networkOf(ip)}
}

func networkOf(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return "unknown"
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	prefix, err := addr.Prefix(64)
	if err != nil {
		return "unknown"
	}
	return prefix.String()
}

// Refuse fails with ErrTooManyAttempts when the attempts of a subject are used up.
func (g *Guard) Refuse(ctx context.Context, by Attempt) error {
	counts, err := g.throttle.Failures(ctx, g.now(), by.account, by.network)
	if err != nil {
		return fmt.Errorf("read throttle: %w", err)
	}
	return g.judge(counts, 0)
}

// failed counts a wrong guess and says what the caller is told: that it was wrong, unless it came after the last
// attempt that was left.
func (g *Guard) failed(ctx context.Context, by Attempt) error {
	counts, err := g.throttle.Fail(ctx, g.now(), g.rules.FailureWindow, by.account, by.network)
	if err != nil {
		return fmt.Errorf("count failure: %w", err)
	}
	if err := g.judge(counts, 1); err != nil {
		return err
	}
	return ErrInvalidCredentials
}

// Succeeded forgets the failures of the account. Inside a transaction carried by ctx it is part of that transaction.
func (g *Guard) Succeeded(ctx context.Context, by Attempt) error {
	return g.throttle.Forget(ctx, by.account)
}

// judge refuses when more failures than the limits allow have happened besides the present attempt, which is one of
// the counted ones (present = 1) or is not counted yet (0).
func (g *Guard) judge(counts []Failures, present int) error {
	for i, limit := range []int{g.rules.MaxAccountFailures, g.rules.MaxIPFailures} {
		if counts[i].Count-present >= limit {
			refused := *ErrTooManyAttempts
			refused.RetryAfter = max(counts[i].Until.Sub(g.now()), time.Second)
			return &refused
		}
	}
	return nil
}
