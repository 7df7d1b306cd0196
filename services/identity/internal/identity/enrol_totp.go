package identity

import (
	"context"
	"fmt"
	"slices"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
)

// Enrolment is an authenticator app that is being set up. Its secret is shown once.
type Enrolment struct {
	ID     string
	Secret string
	URI    string
}

// defaultFactorName is the name of a factor that the user gives none.
const defaultFactorName = "Authenticator app"

// EnrolTOTP begins to set up an authenticator app. It asks nobody for anything until ConfirmTOTP; one that was begun before is
// forgotten. The address must be verified: who registers with the address of another must not be able to lock its owner out.
//
// Errors: validation; ErrStepUpRequired; ErrEmailNotVerified; ErrTooManyFactors.
func (s *Service) EnrolTOTP(ctx context.Context, own SessionOf, name *string) (Enrolment, error) {
	checked, err := checkFactorName(name, defaultFactorName)
	if err != nil {
		return Enrolment{}, err
	}
	if err := s.requireFresh(ctx, own); err != nil {
		return Enrolment{}, s.refused(ctx, AuditEntry{Action: ActAddFactor, TargetID: own.UserID}, err)
	}
	var out Enrolment
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := lockLiving(ctx, tx, own.UserID)
		if err != nil {
			return err
		}
		if !a.EmailVerified {
			return ErrEmailNotVerified
		}
		if err := s.makeRoom(ctx, a.UserID); err != nil {
			return err
		}
		f := Factor{ID: s.newID(), UserID: a.UserID, Kind: MethodTOTP, Name: checked, CreatedAt: s.now()}
		out.ID = f.ID
		if f.Sealed, out.Secret, out.URI, err = s.otp.NewSecret(f.ID, a.Email); err != nil {
			return err
		}
		return s.factors.PutFactor(ctx, f)
	})
	if err != nil {
		return Enrolment{}, fmt.Errorf("enrol: %w", err)
	}
	return out, nil
}

// checkFactorName returns otherwise for no name.
func checkFactorName(name *string, otherwise string) (string, error) {
	var wrong []errs.Field
	checked := checkOptionalName("name", name, func(field, message string) { wrong = append(wrong, errs.Field{Field: field, Message: message}) })
	switch {
	case len(wrong) > 0:
		return "", errs.Invalid(wrong...)
	case checked == nil:
		return otherwise, nil
	}
	return *checked, nil
}

// makeRoom deletes factors that were never confirmed, and refuses one too many.
func (s *Service) makeRoom(ctx context.Context, userID int64) error {
	all, err := s.factors.FactorsOf(ctx, userID)
	if err != nil {
		return err
	}
	confirmed := 0
	for _, f := range all {
		if f.ConfirmedAt != nil {
			confirmed++
		} else if err := s.factors.DropFactor(ctx, userID, f.ID); err != nil {
			return err
		}
	}
	if confirmed >= maxFactors {
		return ErrTooManyFactors
	}
	return nil
}

// Confirmation is the result of ConfirmTOTP.
type Confirmation struct {
	Version int64 // of the account
	// RecoveryCodes are given out with the first factor, once.
	RecoveryCodes []string
}

// ConfirmTOTP completes the setup of an authenticator app with one of its codes. From then on, signing in needs a second
// factor.
//
// Errors: ErrFactorNotFound when nothing is being set up under this id; ErrFactorInvalid; limits.ErrUsedUp when the network
// has failed too often.
func (s *Service) ConfirmTOTP(ctx context.Context, own SessionOf, id, code string, client Client) (Confirmation, error) {
	use := s.factorUses(own.UserID, client.Network)
	if err := s.throttle.Check(ctx, use); err != nil {
		return Confirmation{}, err
	}
	var out Confirmation
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := lockLiving(ctx, tx, own.UserID)
		if err != nil {
			return err
		}
		all, err := s.factors.FactorsOf(ctx, a.UserID)
		if err != nil {
			return err
		}
		n := slices.IndexFunc(all, func(f Factor) bool { return f.ID == id && f.ConfirmedAt == nil })
		if n < 0 {
			return ErrFactorNotFound
		}
		out.RecoveryCodes, err = s.activate(ctx, all[n], code, !slices.ContainsFunc(all, func(f Factor) bool { return f.ConfirmedAt != nil }))
		if err != nil {
			return err
		}
		out.Version, err = s.factorsChanged(ctx, tx, a, ActAddFactor, identityv1.FactorAdded, own.SessionID)
		return err
	})
	if err != nil {
		return Confirmation{}, s.failedFactor(ctx, AuditEntry{Action: ActAddFactor, TargetID: own.UserID}, use, err)
	}
	return out, nil
}

// activate stores the factor as confirmed if the code is right, and the first one's recovery codes.
func (s *Service) activate(ctx context.Context, f Factor, code string, first bool) (codes []string, err error) {
	now := s.now()
	step, err := s.otp.Match(f.ID, f.Sealed, plainCode(code), now)
	if err != nil {
		return nil, err
	}
	if step == 0 {
		return nil, ErrFactorInvalid
	}
	f.ConfirmedAt, f.LastStep = &now, step
	if err := s.factors.PutFactor(ctx, f); err != nil || !first {
		return nil, err
	}
	codes, hashes := newRecoveryCodes()
	return codes, s.factors.PutRecoveryCodes(ctx, f.UserID, hashes)
}

// factorsChanged makes a new version of the account, so that what happened is told in its order.
func (s *Service) factorsChanged(ctx context.Context, tx Tx, a Account, action Action, kind identityv1.Kind, sessionID string) (int64, error) {
	a.Version++
	if err := tx.UpdateAccount(ctx, a); err != nil {
		return 0, err
	}
	if err := s.doneBy(ctx, action, a, sessionID); err != nil {
		return 0, err
	}
	return a.Version, tx.Publish(ctx, a.State(), a.event(kind, s.now(), sessionID))
}
