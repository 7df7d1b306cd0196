package identity

import (
	"context"
	"errors"
	"fmt"

	"muster/libs/contracts/identityv1"
)

// defaultPasskeyName is the name of a passkey that the user gives none.
const defaultPasskeyName = "Passkey"

// PasskeyEnrolment is a passkey that is being set up.
type PasskeyEnrolment struct {
	ID      string // of the factor to be
	Options []byte // see [Prompt]
}

// EnrolPasskey begins to set up a passkey, for five minutes. One that was begun before is forgotten.
//
// Errors: validation; ErrStepUpRequired; ErrEmailNotVerified, for the reason that [Service.EnrolTOTP] names; ErrTooManyFactors.
func (s *Service) EnrolPasskey(ctx context.Context, own SessionOf, name *string) (PasskeyEnrolment, error) {
	checked, err := checkFactorName(name, defaultPasskeyName)
	if err != nil {
		return PasskeyEnrolment{}, err
	}
	if err := s.requireFresh(ctx, own); err != nil {
		return PasskeyEnrolment{}, s.refused(ctx, AuditEntry{Action: ActAddFactor, TargetID: own.UserID}, err)
	}
	out := PasskeyEnrolment{ID: s.newID()}
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := lockLiving(ctx, tx, own.UserID)
		if err != nil {
			return err
		}
		if !a.EmailVerified {
			return ErrEmailNotVerified
		}
		factors, err := s.confirmed(ctx, a.UserID)
		if err != nil {
			return err
		}
		if len(factors) >= maxFactors {
			return ErrTooManyFactors
		}
		owner, err := s.passkeyOwner(ctx, a, factors)
		if err != nil {
			return err
		}
		prompt, err := s.passkeys.Creation(owner)
		if err != nil {
			return err
		}
		out.Options = prompt.Options
		if err := s.passkeyStore.DropCeremonies(ctx, CeremonyEnrol, a.UserID); err != nil {
			return err
		}
		return s.passkeyStore.PutCeremony(ctx, Ceremony{
			Hash: hashOf(out.ID), Kind: CeremonyEnrol, UserID: a.UserID, State: prompt.State, Name: checked, ExpiresAt: s.now().Add(ceremonyLife),
		})
	})
	if err != nil {
		return PasskeyEnrolment{}, fmt.Errorf("enrol a passkey: %w", err)
	}
	return out, nil
}

// ConfirmPasskey completes the setup of a passkey with the browser's answer. Every answer uses the challenge up. From then on,
// signing in with a password needs a second factor.
//
// Errors: ErrFactorNotFound when the user is setting nothing up under this id, or no longer; ErrPasskeyInvalid; ErrPasskeyExists;
// ErrTooManyFactors.
func (s *Service) ConfirmPasskey(ctx context.Context, own SessionOf, id string, answer []byte) (Confirmation, error) {
	c, err := s.passkeyStore.TakeCeremony(ctx, CeremonyEnrol, hashOf(id))
	if errors.Is(err, ErrCeremonyNotFound) || (err == nil && (c.UserID != own.UserID || !s.now().Before(c.ExpiresAt))) {
		err = ErrFactorNotFound
	}
	if err != nil {
		return Confirmation{}, s.refused(ctx, AuditEntry{Action: ActAddFactor, TargetID: own.UserID}, err)
	}
	var out Confirmation
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := lockLiving(ctx, tx, own.UserID)
		if err != nil {
			return err
		}
		if out.RecoveryCodes, err = s.addPasskey(ctx, a, id, c, answer); err != nil {
			return err
		}
		out.Version, err = s.factorsChanged(ctx, tx, a, ActAddFactor, identityv1.FactorAdded, own.SessionID)
		return err
	})
	if err != nil {
		return Confirmation{}, s.refused(ctx, AuditEntry{Action: ActAddFactor, TargetID: own.UserID}, fmt.Errorf("confirm a passkey: %w", err))
	}
	return out, nil
}

// addPasskey stores the passkey of an answer as a confirmed factor, and the first factor's recovery codes.
func (s *Service) addPasskey(ctx context.Context, a Account, id string, c Ceremony, answer []byte) (codes []string, err error) {
	factors, err := s.confirmed(ctx, a.UserID)
	if err != nil {
		return nil, err
	}
	if len(factors) >= maxFactors {
		return nil, ErrTooManyFactors
	}
	owner, err := s.passkeyOwner(ctx, a, factors)
	if err != nil {
		return nil, err
	}
	made, err := s.passkeys.Created(owner, c.State, answer)
	if err != nil {
		return nil, err
	}
	now := s.now()
	f := Factor{ID: id, UserID: a.UserID, Kind: MethodPasskey, Name: c.Name, CreatedAt: now, ConfirmedAt: &now, Credential: &made}
	if err := s.factors.PutFactor(ctx, f); err != nil || len(factors) > 0 {
		return nil, err
	}
	codes, hashes := newRecoveryCodes()
	return codes, s.factors.PutRecoveryCodes(ctx, a.UserID, hashes)
}
