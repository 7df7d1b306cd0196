package identity

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/libs/limits"
)

// Pending is the answer to a right password of an account with a second factor.
type Pending struct {
	Token   string // for VerifyFactor; it lives five minutes and five attempts
	Methods []string
}

// challenge opens a challenge for an account whose password was right.
func (s *Service) challenge(ctx context.Context, userID int64) (*Pending, error) {
	pending := Pending{Token: base64.RawURLEncoding.EncodeToString(newSalt()), Methods: []string{MethodTOTP}}
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := lockLiving(ctx, tx, userID)
		if err != nil {
			return err
		}
		left, err := s.factors.RecoveryCodes(ctx, userID)
		if err != nil {
			return err
		}
		if left > 0 {
			pending.Methods = []string{MethodTOTP, MethodRecovery}
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

// SecondFactor is the input of the second step of a sign-in.
type SecondFactor struct {
	Token  string // of [Pending]
	Method string
	Code   string
}

// VerifyFactor completes a sign-in with a second factor. A code of an authenticator app and a recovery code work once.
//
// Errors: validation, field by field; ErrFactorInvalid, also for a token that is unknown, has expired, or has been tried five
// times, and when the password has changed since; ErrAccountInactive; limits.ErrUsedUp when the network has failed too often for
// this account.
func (s *Service) VerifyFactor(ctx context.Context, in SecondFactor, client Client) (SignedIn, error) {
	if err := in.validate(); err != nil {
		return SignedIn{}, err
	}
	hash := hashOf(in.Token)
	c, err := s.factors.Challenge(ctx, hash)
	if errors.Is(err, ErrChallengeNotFound) {
		return SignedIn{}, s.refused(ctx, AuditEntry{Action: ActSignIn}, ErrFactorInvalid)
	}
	if err != nil {
		return SignedIn{}, fmt.Errorf("find challenge: %w", err)
	}
	use := s.factorUses(c.UserID, client.Network)
	if err := s.throttle.Check(ctx, use); err != nil {
		return SignedIn{}, err
	}
	var a Account
	var session Session
	var refresh string
	now := s.now()
	wrong := false
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if a, err = lockLiving(ctx, tx, c.UserID); err != nil {
			return err
		}
		if wrong, err = s.answer(ctx, a, hash, in, now); err != nil || wrong {
			return err
		}
		a = a.SignIn(now)
		if err := tx.UpdateAccount(ctx, a); err != nil {
			return err
		}
		if session, refresh, err = s.openSession(ctx, tx, a.UserID, client, now); err != nil {
			return err
		}
		if err := errors.Join(s.throttle.Forget(ctx, use), s.doneBy(ctx, ActSignIn, a, session.ID)); err != nil {
			return err
		}
		return tx.Publish(ctx, a.State(), a.event(identityv1.SignedIn, now, session.ID))
	})
	if err == nil && wrong {
		err = ErrFactorInvalid
	}
	if err != nil {
		return SignedIn{}, s.failedFactor(ctx, AuditEntry{Action: ActSignIn, TargetID: c.UserID}, use, err)
	}
	signedIn, err := s.signedIn(a, session, refresh, now)
	signedIn.Version = a.Version
	return signedIn, err
}

func (in SecondFactor) validate() error {
	var wrong []errs.Field
	if in.Token == "" {
		wrong = append(wrong, errs.Field{Field: "mfaToken", Message: "is required"})
	}
	if in.Method != MethodTOTP && in.Method != MethodRecovery {
		wrong = append(wrong, errs.Field{Field: "method", Message: "must be totp or recovery"})
	}
	if strings.TrimSpace(in.Code) == "" {
		wrong = append(wrong, errs.Field{Field: "code", Message: "is required"})
	}
	if len(wrong) > 0 {
		return errs.Invalid(wrong...)
	}
	return nil
}

// answer tries a code of a locked account. A wrong one is counted in the challenge, so the caller must commit; a right one
// uses the challenge up.
func (s *Service) answer(ctx context.Context, a Account, hash []byte, in SecondFactor, now time.Time) (wrong bool, err error) {
	c, err := s.factors.Challenge(ctx, hash) // again, under the lock
	if errors.Is(err, ErrChallengeNotFound) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if now.After(c.ExpiresAt) || c.Attempts >= challengeAttempts || subtle.ConstantTimeCompare(c.Password, hashOf(a.PasswordHash)) == 0 {
		return true, nil
	}
	right, err := s.matches(ctx, a.UserID, in, now)
	switch {
	case err != nil:
		return false, err
	case !right:
		c.Attempts++
		return true, s.factors.PutChallenge(ctx, c, now)
	case !a.Active:
		return false, ErrAccountInactive
	}
	return false, s.factors.DropChallenge(ctx, hash)
}

// matches uses a code up if it is right.
func (s *Service) matches(ctx context.Context, userID int64, in SecondFactor, now time.Time) (bool, error) {
	code := plainCode(in.Code)
	if in.Method == MethodRecovery {
		return s.factors.UseRecoveryCode(ctx, userID, hashOf(code))
	}
	factors, err := s.confirmed(ctx, userID)
	if err != nil {
		return false, err
	}
	for _, f := range factors {
		step, err := s.otp.Match(f.ID, f.Sealed, code, now)
		if err != nil {
			return false, err
		}
		if step > f.LastStep {
			f.LastStep, f.LastUsedAt = step, &now
			return true, s.factors.PutFactor(ctx, f)
		}
	}
	return false, nil
}

// failedFactor counts a wrong code and records the refusal.
func (s *Service) failedFactor(ctx context.Context, e AuditEntry, use limits.Use, err error) error {
	if errors.Is(err, ErrFactorInvalid) {
		if limit := s.throttle.Take(ctx, use); limit != nil {
			return limit
		}
	}
	return s.refused(ctx, e, err)
}
