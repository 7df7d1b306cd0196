package identity

import (
	"context"
	"errors"
	"time"

	"muster/libs/contracts/identityv1"
)

// LegacyAccount is an imported user who has no account yet. The owner's first sign-in makes the account of it; until
// then it is no user of ours. No account signs in with the address of a legacy account: whoever gives an account its
// address takes the legacy account away in the same transaction, or an old password could make a second account of it.
type LegacyAccount struct {
	ID            int64 // legacyUserId: the user id in the system that the user comes from
	Email         string
	Username      string
	FirstName     *string
	LastName      *string
	CreatedAt     time.Time
	EmailVerified bool
	PasswordHash  string // as that system made it
}

// account is the first version of the account that becomes of it.
func (l LegacyAccount) account(hash string, imported bool) Account {
	return newAccount(l.Email, hash, identityv1.Registration{
		Username: l.Username, FirstName: l.FirstName, LastName: l.LastName, TypeCode: TypeNotSubscribed,
		EmailVerified: l.EmailVerified, Imported: imported,
	}, l.CreatedAt)
}

// forgetLegacy takes away the legacy account of an address that an account is about to get. Do it before the account is
// stored: all who want both take them in this order.
func forgetLegacy(ctx context.Context, tx Tx, email string) error {
	if _, err := tx.TakeLegacy(ctx, email); err != nil && !errors.Is(err, ErrLegacyNotFound) {
		return err
	}
	return nil
}

// enterLegacy makes the account of a legacy account whose password was right, unless it is another one by now, or an
// account has the address.
func (s *Service) enterLegacy(ctx context.Context, tx Tx, read LegacyAccount, by entry) (Account, error) {
	l, err := tx.TakeLegacy(ctx, read.Email)
	if errors.Is(err, ErrLegacyNotFound) {
		return Account{}, errMovedOn
	}
	if err != nil {
		return Account{}, err
	}
	if l.ID != read.ID || l.PasswordHash != read.PasswordHash {
		return Account{}, errMovedOn
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
