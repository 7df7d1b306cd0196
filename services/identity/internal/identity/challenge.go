package identity

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Pending is the answer to a right password of an account with a second factor.
type Pending struct {
	Token   string // for VerifyFactor; it lives five minutes and five attempts
	Methods []string
}

// challenge opens a challenge for an account whose password was right.
func (s *Service) challenge(ctx context.Context, userID int64) (*Pending, error) {
	pending := Pending{Token: base64.RawURLEncoding.EncodeToString(newSalt())}
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := lockLiving(ctx, tx, userID)
		if err != nil {
			return err
		}
		if pending.Methods, err = s.methods(ctx, userID); err != nil {
			return err
		}
		entry := AuditEntry{Action: ActSignIn, Result: ResultPending, TargetID: userID}
		if err := s.trail.Record(ctx, entry.from(ctx)); err != nil {
			return err
		}
		now := s.now()
		return s.factors.PutChallenge(ctx, Challenge{
			Hash: hashOf(pending.Token), UserID: userID, Password: hashOf(a.PasswordHash), ExpiresAt: now.Add(challengeLife),
		}, now)
	})
	if err != nil {
		return nil, fmt.Errorf("challenge: %w", err)
	}
	return &pending, nil
}

// methods returns the ways in which a user can complete a sign-in.
func (s *Service) methods(ctx context.Context, userID int64) ([]string, error) {
	factors, err := s.confirmed(ctx, userID)
	if err != nil {
		return nil, err
	}
	var methods []string
	for _, kind := range []string{MethodTOTP, MethodPasskey} {
		if slices.ContainsFunc(factors, func(f Factor) bool { return f.Kind == kind }) {
			methods = append(methods, kind)
		}
	}
	left, err := s.factors.RecoveryCodes(ctx, userID)
	if left > 0 {
		methods = append(methods, MethodRecovery)
	}
	return methods, err
}

// AskForSecondFactor returns what a browser is asked so that a passkey completes the sign-in. Of a sign-in, only the latest
// question can be answered.
//
// Errors: ErrFactorInvalid for a token that VerifyFactor would not take, and for a user without a passkey; limits.ErrUsedUp.
func (s *Service) AskForSecondFactor(ctx context.Context, token string, client Client) (options []byte, err error) {
	hash := hashOf(token)
	c, err := s.factors.Challenge(ctx, hash)
	if errors.Is(err, ErrChallengeNotFound) {
		return nil, s.refused(ctx, AuditEntry{Action: ActSignIn}, ErrFactorInvalid)
	}
	if err != nil {
		return nil, fmt.Errorf("find challenge: %w", err)
	}
	if err := s.throttle.Check(ctx, s.factorUses(c.UserID, client.Network)); err != nil {
		return nil, err
	}
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := lockLiving(ctx, tx, c.UserID)
		if err != nil {
			return err
		}
		now := s.now()
		if _, err := s.openChallenge(ctx, a, hash, now); err != nil {
			return err
		}
		factors, err := s.confirmed(ctx, a.UserID)
		if err != nil {
			return err
		}
		owner, err := s.passkeyOwner(ctx, a, factors)
		if err != nil {
			return err
		}
		if len(owner.Credentials) == 0 {
			return ErrFactorInvalid
		}
		prompt, err := s.passkeys.Request(owner)
		if err != nil {
			return err
		}
		options = prompt.Options
		return s.passkeyStore.PutCeremony(ctx, Ceremony{Hash: hash, Kind: CeremonyVerify, UserID: a.UserID, State: prompt.State, ExpiresAt: now.Add(ceremonyLife)})
	})
	return options, s.refused(ctx, AuditEntry{Action: ActSignIn, TargetID: c.UserID}, err)
}

// openChallenge returns a challenge of a locked account; ErrFactorInvalid when it is not open any more.
func (s *Service) openChallenge(ctx context.Context, a Account, hash []byte, now time.Time) (Challenge, error) {
	c, err := s.factors.Challenge(ctx, hash)
	if errors.Is(err, ErrChallengeNotFound) || (err == nil &&
		(now.After(c.ExpiresAt) || c.Attempts >= challengeAttempts || subtle.ConstantTimeCompare(c.Password, hashOf(a.PasswordHash)) == 0)) {
		return Challenge{}, ErrFactorInvalid
	}
	return c, err
}
