package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/libs/usersapi"
	"muster/services/identity/internal/credentials"
)

const (
	// proofAttempts is how often the password of a proven address is set when concurrent registrations take the address.
	proofAttempts = 5
	// proofTime is the time to set the password once the code has been used up.
	proofTime = 10 * time.Second
)

// Reset is the input of a password reset.
type Reset struct {
	Email       string
	Code        string
	NewPassword string
}

// PasswordReset is the result of a password reset.
type PasswordReset struct {
	UserID  int64
	Version int64 // of the account
	// UserVersion is the version of directory's user that the proof produced; 0 when it produced none.
	UserVersion int64
}

// ResetPassword sets the password of whoever has the address that the code was mailed to, and ends all sessions. The
// code proves the address: an unverified account is verified, and a legacy user that has no account gets one. The
// imported password of the address no longer signs in.
//
// Errors: validation, field by field, before the code is tried; those of [Directory.Redeem].
func (s *Service) ResetPassword(ctx context.Context, in Reset, client Client) (PasswordReset, error) {
	email, err := s.checkReset(in)
	if err != nil {
		return PasswordReset{}, err
	}
	proof, err := s.directory.Redeem(ctx, Redemption{Type: CodeReset, Email: email, Code: in.Code, Network: client.Network})
	if err != nil {
		return PasswordReset{}, s.refused(ctx, AuditEntry{Action: ActResetPassword}, err)
	}
	ctx, cancel := afterProof(ctx)
	defer cancel()
	hash, err := s.guard.HashPassword(ctx, in.NewPassword)
	if err != nil {
		return PasswordReset{}, err
	}
	now := s.now()
	var a Account
	err = s.provenTx(ctx, func(ctx context.Context, tx Tx) error {
		var kind identityv1.Kind
		if a, kind, err = s.setProven(ctx, tx, proven{email: email, proof: proof, hash: hash, now: now}); err != nil {
			return err
		}
		if err := s.doneBy(ctx, ActResetPassword, a, ""); err != nil {
			return err
		}
		return tx.Publish(ctx, a.State(), a.event(kind, now, ""))
	})
	if err != nil {
		return PasswordReset{}, fmt.Errorf("reset password: %w", err)
	}
	return PasswordReset{UserID: a.UserID, Version: a.Version, UserVersion: proof.UserVersion}, nil
}

// checkReset validates all fields and says what is wrong with each.
func (s *Service) checkReset(in Reset) (email string, err error) {
	var wrong []errs.Field
	refuse := func(field, message string) { wrong = append(wrong, errs.Field{Field: field, Message: message}) }
	email = checkEmail(in.Email, refuse)
	checkCode(in.Code, refuse)
	s.checkPassword("newPassword", in.NewPassword, in.Email, refuse)
	if len(wrong) > 0 {
		return "", errs.Invalid(wrong...)
	}
	return email, nil
}

// longestCode is far more than a code has, in bytes.
const longestCode = 100

func checkCode(code string, refuse func(field, message string)) {
	switch {
	case strings.TrimSpace(code) == "":
		refuse("code", "is required")
	case len(code) > longestCode:
		refuse("code", "must have at most 100 bytes")
	}
}

// provenTx runs a transaction again when a concurrent registration took the address in between.
func (s *Service) provenTx(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := s.store.Tx(ctx, fn)
		if !errors.Is(err, ErrEmailExists) || attempt == proofAttempts {
			return err
		}
	}
}

// afterProof returns the context for the work after a code has been used up: it goes on if the caller gives up, and does not
// wait behind other requests of the caller's network.
func afterProof(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(credentials.InNetwork(context.WithoutCancel(ctx), ""), proofTime)
}

// proven is a password for whoever has proved an address.
type proven struct {
	email  string
	proof  Proof
	hash   string
	now    time.Time
	signIn bool // the owner also signs in
}

// setProven stores the password of whoever has proved the address, and ends all sessions. It returns the stored account,
// and what happened to it.
func (s *Service) setProven(ctx context.Context, tx Tx, by proven) (a Account, kind identityv1.Kind, err error) {
	if by.proof.Legacy == nil {
		a, err = lockLiving(ctx, tx, by.proof.UserID)
	} else {
		a, err = lockHolder(ctx, tx, by.email)
	}
	if by.proof.Legacy != nil && errors.Is(err, ErrAccountNotFound) {
		a, err = s.insertProven(ctx, tx, *by.proof.Legacy, by.hash)
		return a, identityv1.Registered, err
	}
	if err != nil {
		return Account{}, "", err
	}
	if err := forgetLegacy(ctx, tx, by.email); err != nil {
		return Account{}, "", err
	}
	if !a.proven() { // whoever made the account may have linked a provider to come back
		if err := tx.DropLinks(ctx, a.UserID); err != nil {
			return Account{}, "", err
		}
	}
	open, err := tx.DropSessions(ctx, a.UserID)
	if err != nil {
		return Account{}, "", err
	}
	a = a.setPassword(by.hash, open, by.now, s.tokenLife())
	if usersapi.SameEmail(a.Email, by.email) {
		a.EmailVerified = true // as directory's next record says; until then nobody takes the account over
	}
	if by.proof.Legacy != nil {
		a.Legacy, a.ActivityVersion = &identityv1.Legacy{UserID: by.proof.Legacy.ID, EmailVerified: true}, a.Version
	}
	if by.signIn {
		a.LastLoginAt, a.ActivityVersion = &by.now, a.Version
	}
	return a, identityv1.PasswordChanged, tx.UpdateAccount(ctx, a)
}

// lockHolder locks the account that signs in with the address.
func lockHolder(ctx context.Context, tx Tx, email string) (Account, error) {
	claimants, err := tx.LockClaimants(ctx, email)
	if err != nil {
		return Account{}, err
	}
	if n := slices.IndexFunc(claimants, func(a Account) bool { return !a.Displaced }); n >= 0 {
		return claimants[n], nil
	}
	return Account{}, ErrAccountNotFound
}

// insertProven makes the account of a legacy user that has proved the address.
func (s *Service) insertProven(ctx context.Context, tx Tx, l LegacyAccount, hash string) (Account, error) {
	if err := forgetLegacy(ctx, tx, l.Email); err != nil {
		return Account{}, err
	}
	l.EmailVerified = true
	if l.CreatedAt.IsZero() {
		l.CreatedAt = s.now()
	}
	return tx.InsertAccount(ctx, l.account(hash, false))
}
