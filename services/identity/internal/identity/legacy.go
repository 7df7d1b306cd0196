package identity

import (
	"context"
	"errors"
	"time"

	"muster/libs/contracts/identityv1"
	"muster/libs/usersapi"
)

// LegacyAccount is an imported user that has not signed in yet. The first sign-in with the imported password turns it
// into an account, or takes over an unverified account that was registered with the address (auth-api.md, "Whose
// account is it"). A proven account never shares an address with a legacy account. Every operation that proves an
// account removes the legacy account in the same transaction; otherwise the old password could open the account.
type LegacyAccount struct {
	ID            int64 // legacyUserId: the user id in the source system
	Email         string
	Username      string
	FirstName     *string
	LastName      *string
	CreatedAt     time.Time
	EmailVerified bool
	PasswordHash  string // as the source system stored it
}

// account returns the first version of the account made from l.
func (l LegacyAccount) account(hash string, imported bool) Account {
	a := newAccount(l.Email, hash, identityv1.Registration{
		Username: l.Username, FirstName: l.FirstName, LastName: l.LastName, TypeCode: TypeNotSubscribed,
		EmailVerified: l.EmailVerified, Imported: imported,
	}, l.CreatedAt)
	a.Legacy = l.mark()
	return a
}

// mark returns the value of [Account.Legacy] for l.
func (l LegacyAccount) mark() *identityv1.Legacy {
	return &identityv1.Legacy{UserID: l.ID, EmailVerified: l.EmailVerified}
}

// forgetLegacy deletes the legacy account of an address that a proven account is about to get. Call it before storing
// the account: this lock order prevents deadlocks.
func forgetLegacy(ctx context.Context, tx Tx, email string) error {
	if _, err := tx.TakeLegacy(ctx, email); err != nil && !errors.Is(err, ErrLegacyNotFound) {
		return err
	}
	return nil
}

// enterLegacy turns a legacy account whose password matched into an account, unless the legacy account has changed or
// an account has the address.
func (s *Service) enterLegacy(ctx context.Context, tx Tx, read LegacyAccount, by entry) (Account, error) {
	l, err := takeLegacy(ctx, tx, read)
	if err != nil {
		return Account{}, err
	}
	if err := s.guard.Refuse(ctx, by.attempt); err != nil {
		return Account{}, err
	}
	a := l.account(by.hash, false)
	a.LastLoginAt = &by.now
	a, err = tx.InsertAccount(ctx, a)
	if errors.Is(err, ErrEmailExists) {
		return Account{}, errMovedOn
	}
	return a, err
}

// takeOver gives an unverified account to the owner of a legacy account, whose password matched. Whoever registered the
// account loses access. The account keeps its names.
func (s *Service) takeOver(ctx context.Context, tx Tx, account Account, read LegacyAccount, by entry) (Account, error) {
	a, err := tx.LockAccount(ctx, account.UserID)
	if err != nil {
		return Account{}, err
	}
	l, err := takeLegacy(ctx, tx, read)
	if err != nil {
		return Account{}, err
	}
	if err := s.guard.Refuse(ctx, by.attempt); err != nil {
		return Account{}, err
	}
	switch {
	case a.Deleted || a.Displaced || !usersapi.SameEmail(a.Email, account.Email) || a.proven():
		return Account{}, errMovedOn
	case !a.Active:
		return Account{}, ErrAccountInactive
	}
	if err := tx.DropLinks(ctx, a.UserID); err != nil {
		return Account{}, err
	}
	open, err := tx.DropSessions(ctx, a.UserID)
	if err != nil {
		return Account{}, err
	}
	a = a.SignIn(by.now).endAll(open, by.now, s.tokenLife())
	a.PasswordHash, a.Legacy, a.EmailVerified = by.hash, l.mark(), a.EmailVerified || l.EmailVerified
	return a, tx.UpdateAccount(ctx, a)
}

// takeLegacy deletes a legacy account that was read before, unless it has changed since.
func takeLegacy(ctx context.Context, tx Tx, read LegacyAccount) (LegacyAccount, error) {
	l, err := tx.TakeLegacy(ctx, read.Email)
	if errors.Is(err, ErrLegacyNotFound) || (err == nil && (l.ID != read.ID || l.PasswordHash != read.PasswordHash)) {
		err = errMovedOn
	}
	return l, err
}
