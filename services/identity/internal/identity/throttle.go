package identity

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

// subjects are what the failures of one attempt to sign in are counted under.
type subjects struct{ account, network string }

// subjectsOf names the address by a hash, because the address may be anything that somebody typed, and the client by
// its network: whoever has one IPv6 address has all of its /64.
func subjectsOf(email string, client Client) subjects {
	sum := sha256.Sum256([]byte(usersapi.EmailKey(email)))
	return subjects{account: "account:" + hex.EncodeToString(sum[:]), network: "network:" + networkOf(client.IP)}
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

// refuseThrottled fails with ErrTooManyAttempts when the attempts of a subject are used up.
func (s *Service) refuseThrottled(ctx context.Context, by subjects) error {
	counts, err := s.throttle.Failures(ctx, s.now(), by.account, by.network)
	if err != nil {
		return fmt.Errorf("read throttle: %w", err)
	}
	return s.judge(counts, 0)
}

// failed counts a wrong guess and says what the caller is told: that it was wrong, unless it came after the last
// attempt that was left.
func (s *Service) failed(ctx context.Context, by subjects) error {
	counts, err := s.throttle.Fail(ctx, s.now(), s.rules.FailureWindow, by.account, by.network)
	if err != nil {
		return fmt.Errorf("count failure: %w", err)
	}
	if err := s.judge(counts, 1); err != nil {
		return err
	}
	return ErrInvalidCredentials
}

// judge refuses when more failures than the limits allow have happened besides the present attempt, which is one of
// the counted ones (present = 1) or is not counted yet (0).
func (s *Service) judge(counts []Failures, present int) error {
	for i, limit := range []int{s.rules.MaxAccountFailures, s.rules.MaxIPFailures} {
		if counts[i].Count-present >= limit {
			refused := *ErrTooManyAttempts
			refused.RetryAfter = max(counts[i].Until.Sub(s.now()), time.Second)
			return &refused
		}
	}
	return nil
}
