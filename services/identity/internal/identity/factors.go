package identity

import (
	"context"
	"fmt"
	"slices"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
)

// OwnFactors returns the confirmed second factors of a user, the oldest first, and how many recovery codes are left.
func (s *Service) OwnFactors(ctx context.Context, userID int64) (factors []Factor, codes int, err error) {
	if factors, err = s.confirmed(ctx, userID); err == nil {
		codes, err = s.factors.RecoveryCodes(ctx, userID)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("list factors: %w", err)
	}
	return factors, codes, nil
}

// RenameFactor gives a confirmed factor another name. Errors: validation; ErrFactorNotFound.
func (s *Service) RenameFactor(ctx context.Context, own SessionOf, id string, name *string) (Factor, error) {
	if name == nil || *name == "" {
		return Factor{}, errs.InvalidField("name", "is required")
	}
	checked, err := checkFactorName(name, "")
	if err != nil {
		return Factor{}, err
	}
	var f Factor
	err = s.changeFactor(ctx, own, id, func(ctx context.Context, _ Tx, _ Account, all []Factor, n int) error {
		f = all[n]
		f.Name = checked
		return s.factors.PutFactor(ctx, f)
	})
	return f, err
}

// RemoveFactor removes a confirmed factor, and with the last one the recovery codes. It returns the resulting version of the
// account. Errors: ErrStepUpRequired, ErrFactorNotFound; ErrLastFactor for an administrator who needs one.
func (s *Service) RemoveFactor(ctx context.Context, own SessionOf, id string) (version int64, err error) {
	err = s.requireFresh(ctx, own)
	if err == nil {
		err = s.changeFactor(ctx, own, id, func(ctx context.Context, tx Tx, a Account, all []Factor, n int) error {
			if len(all) == 1 && s.rules.AdminsNeedFactor && a.TypeCode == TypeAdministrator {
				return ErrLastFactor
			}
			if err := s.factors.DropFactor(ctx, a.UserID, all[n].ID); err != nil {
				return err
			}
			if len(all) == 1 {
				if err := s.factors.PutRecoveryCodes(ctx, a.UserID, nil); err != nil {
					return err
				}
			}
			version, err = s.factorsChanged(ctx, tx, a, ActRemoveFactor, identityv1.FactorRemoved, own.SessionID)
			return err
		})
	}
	return version, s.refused(ctx, AuditEntry{Action: ActRemoveFactor, TargetID: own.UserID}, err)
}

// changeFactor runs change with the locked account, its confirmed factors and the place of the one with the id.
func (s *Service) changeFactor(ctx context.Context, own SessionOf, id string, change func(ctx context.Context, tx Tx, a Account, all []Factor, n int) error) error {
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := lockLiving(ctx, tx, own.UserID)
		if err != nil {
			return err
		}
		all, err := s.confirmed(ctx, a.UserID)
		if err != nil {
			return err
		}
		n := slices.IndexFunc(all, func(f Factor) bool { return f.ID == id })
		if n < 0 {
			return ErrFactorNotFound
		}
		return change(ctx, tx, a, all, n)
	})
	if err != nil {
		return fmt.Errorf("change factor: %w", err)
	}
	return nil
}

// RenewRecoveryCodes replaces all recovery codes and returns the new ones. Errors: ErrStepUpRequired; ErrFactorNotFound for a
// user without a second factor.
func (s *Service) RenewRecoveryCodes(ctx context.Context, own SessionOf) (codes []string, err error) {
	err = s.requireFresh(ctx, own)
	if err == nil {
		err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
			a, err := lockLiving(ctx, tx, own.UserID)
			if err != nil {
				return err
			}
			all, err := s.confirmed(ctx, a.UserID)
			if err == nil && len(all) == 0 {
				err = ErrFactorNotFound
			}
			if err != nil {
				return err
			}
			var hashes [][]byte
			codes, hashes = newRecoveryCodes()
			if err := s.factors.PutRecoveryCodes(ctx, a.UserID, hashes); err != nil {
				return err
			}
			return s.doneBy(ctx, ActRenewRecovery, a, own.SessionID)
		})
	}
	if err != nil {
		return nil, s.refused(ctx, AuditEntry{Action: ActRenewRecovery, TargetID: own.UserID}, fmt.Errorf("renew recovery codes: %w", err))
	}
	return codes, nil
}
