package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/libs/limits"
)

// SecondFactor is the input of the second step of a sign-in.
type SecondFactor struct {
	Token  string // of [Pending]
	Method string
	Code   string
	Answer []byte // of a browser with a passkey, to what [Service.AskForSecondFactor] has asked
}

// VerifyFactor completes a sign-in with a second factor. A code of an authenticator app, a recovery code, and the answer to a
// question for a passkey work once.
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
	var ceremony Ceremony
	if in.Method == MethodPasskey {
		if ceremony, err = s.takeCeremony(ctx, CeremonyVerify, in.Token); err != nil {
			return SignedIn{}, s.failedFactor(ctx, AuditEntry{Action: ActSignIn, TargetID: c.UserID}, use, orFactorInvalid(err))
		}
	}
	now := s.now()
	var wrong error // which must not undo what is counted
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if a, err = lockLiving(ctx, tx, c.UserID); err != nil {
			return err
		}
		if wrong, err = s.answer(ctx, a, hash, in, ceremony, now); err != nil || wrong != nil {
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
	if err == nil {
		err = wrong
	}
	if err != nil {
		return SignedIn{}, s.failedFactor(ctx, AuditEntry{Action: ActSignIn, TargetID: c.UserID}, use, err)
	}
	signedIn, err := s.signedIn(ctx, a, session, refresh, now)
	signedIn.Version = a.Version
	return signedIn, err
}

func (in SecondFactor) validate() error {
	var wrong []errs.Field
	if in.Token == "" {
		wrong = append(wrong, errs.Field{Field: "mfaToken", Message: "is required"})
	}
	switch in.Method {
	case MethodTOTP, MethodRecovery:
		if strings.TrimSpace(in.Code) == "" {
			wrong = append(wrong, errs.Field{Field: "code", Message: "is required"})
		}
	case MethodPasskey:
		if len(in.Answer) == 0 {
			wrong = append(wrong, errs.Field{Field: "credential", Message: "is required"})
		}
	default:
		wrong = append(wrong, errs.Field{Field: "method", Message: "must be totp, passkey or recovery"})
	}
	if len(wrong) > 0 {
		return errs.Invalid(wrong...)
	}
	return nil
}

// answer tries a code or a passkey of a locked account. A wrong one is counted in the challenge, so the caller must commit; a
// right one uses the challenge up.
func (s *Service) answer(ctx context.Context, a Account, hash []byte, in SecondFactor, ceremony Ceremony, now time.Time) (wrong, err error) {
	c, err := s.openChallenge(ctx, a, hash, now)
	if errors.Is(err, ErrFactorInvalid) {
		return err, nil
	}
	if err != nil {
		return nil, err
	}
	err = s.matches(ctx, a, in, ceremony, now)
	switch {
	case errors.Is(err, ErrFactorInvalid):
		c.Attempts++
		return err, s.factors.PutChallenge(ctx, c, now)
	case err != nil:
		return nil, err
	case !a.Active:
		return nil, ErrAccountInactive
	}
	return nil, s.factors.DropChallenge(ctx, hash)
}

// matches uses a code or a passkey up if it is right; ErrFactorInvalid if not.
func (s *Service) matches(ctx context.Context, a Account, in SecondFactor, ceremony Ceremony, now time.Time) error {
	code := plainCode(in.Code)
	var right bool
	var err error
	switch in.Method {
	case MethodPasskey:
		return orFactorInvalid(s.usePasskey(ctx, a, ceremony, in.Answer, now))
	case MethodRecovery:
		right, err = s.factors.UseRecoveryCode(ctx, a.UserID, hashOf(code))
	default:
		right, err = s.useCode(ctx, a.UserID, code, now)
	}
	if err == nil && !right {
		err = ErrFactorInvalid
	}
	return err
}

// orFactorInvalid says of a refused passkey what is said of a wrong code.
func orFactorInvalid(err error) error {
	if errors.Is(err, ErrPasskeyInvalid) {
		return ErrFactorInvalid.Because(err)
	}
	return err
}

// useCode uses a code of an authenticator app up if it is right.
func (s *Service) useCode(ctx context.Context, userID int64, code string, now time.Time) (bool, error) {
	factors, err := s.confirmed(ctx, userID)
	if err != nil {
		return false, err
	}
	for _, f := range factors {
		if f.Kind != MethodTOTP {
			continue
		}
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
