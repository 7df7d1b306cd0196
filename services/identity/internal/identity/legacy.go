package identity

import (
	"context"
	"errors"
	"time"

	"muster/libs/contracts/identityv1"
	"muster/libs/usersapi"
)

// LegacyAccount is an imported user who has not come in yet. The first sign-in with the imported password makes the account
// of it, or takes the account over that somebody else has made with the address and nobody has verified (auth-api.md,
// "Whose account is it"). No account that is proven has the address of a legacy account: what proves one takes the legacy
// account away in the same transaction, or an old password could open it.
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
	a := newAccount(l.Email, hash, identityv1.Registration{
		Username: l.Username, FirstName: l.FirstName, LastName: l.LastName, TypeCode: TypeNotSubscribed,
		EmailVerified: l.EmailVerified, Imported: imported,
	}, l.CreatedAt)
	a.Legacy = l.mark()
	return a
}

// mark is how an account says who has come in by it.
func (l LegacyAccount) mark() *identityv1.Legacy {
	return &identityv1.Legacy{UserID: l.ID, EmailVerified: l.EmailVerified}
}

// forgetLegacy takes away the legacy account of an address that a proven account is about to have. Do it before the account
// is stored: all who want both take them in this order.
func forgetLegacy(ctx context.Context, tx Tx, email string) error {
	if _, err := tx.TakeLegacy(ctx, email); err != nil && !errors.Is(err, ErrLegacyNotFound) {
		return err
	}
	return nil
}

// enterLegacy makes the account of a legacy account whose password was right, unless it is another one by now, or an
// account has the address.
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

// takeOver gives an account that nobody has verified to the owner of a legacy account, whose password was right: whoever
// made it is out. The names that it has stay.
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
	open, err := tx.DropSessions(ctx, a.UserID)
	if err != nil {
		return Account{}, err
	}
	a = a.SignIn(by.now).endAll(open, by.now, s.tokenLife())
	a.PasswordHash, a.Legacy, a.EmailVerified = by.hash, l.mark(), a.EmailVerified || l.EmailVerified
	return a, tx.UpdateAccount(ctx, a)
}

// takeLegacy takes a legacy account away that was read before, unless it is another one by now.
func takeLegacy(ctx context.Context, tx Tx, read LegacyAccount) (LegacyAccount, error) {
	l, err := tx.TakeLegacy(ctx, read.Email)
	if errors.Is(err, ErrLegacyNotFound) || (err == nil && (l.ID != read.ID || l.PasswordHash != read.PasswordHash)) {
		err = errMovedOn
	}
	return l, err
}
