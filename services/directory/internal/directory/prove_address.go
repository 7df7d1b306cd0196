package directory

import (
	"context"
	"errors"
	"slices"
	"time"

	"muster/libs/errs"
)

// Redemption is a code that somebody without a session presents to set a password.
type Redemption struct {
	TypeCode string // [RequestPasswordReset] or [RequestInvitation]
	Email    string
	Code     string
	Network  string // where it comes from
}

// passwordCodes are the types of codes that let somebody set a password. One of them that is redeemed closes the others.
var passwordCodes = []string{RequestPasswordReset, RequestInvitation}

// Proof says whose address a redeemed code has proved: a user's, or, with Legacy, a legacy user's that has no user.
type Proof struct {
	UserID int64
	// Version is the version of the user that the proof produced; 0 when it produced none.
	Version int64
	Legacy  *LegacyProfile
}

// ProveAddress redeems a code that was mailed so that somebody can set a password. Identity calls it before it sets the
// password. The code is used up. An unverified user is verified by it, as in [Service.VerifyEmail]: the sessions opened
// before end, unless the code is an invitation, and the legacy user that waits for the address is linked.
//
// Errors: VALIDATION_FAILED for another type of code; otherwise those of [Service.VerifyEmail]. A deactivated user has no
// open request.
func (s *Service) ProveAddress(ctx context.Context, in Redemption) (Proof, error) {
	if !slices.Contains(passwordCodes, in.TypeCode) {
		return Proof{}, errs.InvalidField("type", "must be RPWR or INVI")
	}
	if err := s.throttle.Take(ctx, s.limited.attemptBy(in.Network, in.Email)...); err != nil {
		return Proof{}, err
	}
	var (
		proof   Proof
		refusal error // an error for the caller that must not roll back the count of guesses
	)
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) (err error) {
		proof, refusal, err = s.prove(ctx, tx, in)
		return err
	})
	if err == nil {
		err = refusal
	}
	if err != nil {
		return Proof{}, err
	}
	return proof, nil
}

func (s *Service) prove(ctx context.Context, tx Tx, in Redemption) (proof Proof, refusal, err error) {
	waiting, err := waitingLegacy(ctx, tx, in.Email) // lock before the user, in the same order as imports
	if err != nil {
		return Proof{}, nil, err
	}
	now := s.now()
	u, err := tx.LockUserByEmail(ctx, in.Email)
	switch {
	case errors.Is(err, ErrUserNotFound) && (waiting == nil || in.TypeCode != RequestPasswordReset):
		return Proof{}, nil, ErrNoVerification
	case errors.Is(err, ErrUserNotFound):
		return proveLegacy(ctx, tx, *waiting, in.Code, now)
	case err != nil:
		return Proof{}, nil, err
	case !u.IsActive:
		return Proof{}, nil, ErrNoVerification
	}
	r, err := tx.LockRequest(ctx, u.ID, in.TypeCode)
	if errors.Is(err, ErrNoVerification) && waiting != nil && in.TypeCode == RequestPasswordReset {
		// Somebody has registered with the address since the letter to the legacy user. The code proves the address all the same.
		if _, refusal, err = proveLegacy(ctx, tx, *waiting, in.Code, now); refusal != nil || err != nil {
			return Proof{}, refusal, err
		}
		return proveUser(ctx, tx, u, in.TypeCode, waiting, now)
	}
	if err != nil {
		return Proof{}, nil, err
	}
	if refusal, err = redeem(ctx, tx, u, r, in.Code, now); refusal != nil || err != nil {
		return Proof{}, refusal, err
	}
	return proveUser(ctx, tx, u, in.TypeCode, waiting, now)
}

// proveUser closes the requests of a locked user that set a password, and verifies the user unless that was done before.
func proveUser(ctx context.Context, tx Tx, u User, typeCode string, waiting *int64, now time.Time) (proof Proof, refusal, err error) {
	if err := tx.CloseRequests(ctx, u.ID, passwordCodes...); err != nil {
		return Proof{}, nil, err
	}
	if u.VerifiedAt != nil {
		return Proof{UserID: u.ID}, nil, nil
	}
	next := u.verified(now)
	if typeCode == RequestPasswordReset {
		// With an invitation, identity opens a session at the same time, which the order would end. It ends the others itself.
		next = next.endSessions("", now)
	}
	next, err = verify(ctx, tx, next, waiting, now)
	return Proof{UserID: u.ID, Version: next.Version}, nil, err
}

// proveLegacy redeems the code of a locked legacy user.
func proveLegacy(ctx context.Context, tx Tx, legacyUserID int64, code string, now time.Time) (proof Proof, refusal, err error) {
	r, err := tx.LegacyReset(ctx, legacyUserID)
	if err != nil {
		return Proof{}, nil, err
	}
	counted, refusal := r.try(code, now)
	if refusal != nil {
		return Proof{}, refusal, tx.PutLegacyReset(ctx, legacyUserID, counted)
	}
	profile, err := tx.LegacyProfile(ctx, legacyUserID)
	if err != nil {
		return Proof{}, nil, err
	}
	return Proof{Legacy: &profile}, nil, tx.DropLegacyReset(ctx, legacyUserID)
}
