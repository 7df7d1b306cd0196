package identity

import (
	"context"
	"fmt"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/libs/usersapi"
	"muster/services/identity/internal/credentials"
)

// NewAccount is what an application creates an account from (compat.md, Thunder).
type NewAccount struct {
	Email      string
	Password   string
	Algorithm  credentials.Algorithm
	Properties string // a JSON object
}

// AccountPassword is what an application is told of an account and its password.
type AccountPassword struct {
	UserID       int64
	PasswordHash string // see credentials.Passwords.Shown; empty when the account has no password
	Version      int64  // the version of the account that the call produced; 0 when it produced none
}

// CreateAccount creates an account for an application. It is a registration without a session and without a
// verification mail, and directory decides afterwards as it does there. All users of an application come from its
// network, so the limits of registrations do not apply.
//
// Errors: validation, field by field; ErrEmailExists, also for the loser of two concurrent calls; credentials.ErrBusy.
func (s *Service) CreateAccount(ctx context.Context, in NewAccount) (AccountPassword, error) {
	email, registration, err := in.check()
	if err != nil {
		return AccountPassword{}, err
	}
	if err := s.free(ctx, email); err != nil {
		return AccountPassword{}, err
	}
	hash, err := s.guard.HashPasswordWith(ctx, in.Algorithm, in.Password)
	if err != nil {
		return AccountPassword{}, err
	}
	now := s.now()
	a := newAccount(email, hash, registration, now)
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if a, err = tx.InsertAccount(ctx, a); err != nil {
			return err
		}
		return tx.Publish(ctx, a.State(), a.event(identityv1.Registered, now, ""))
	})
	if err != nil {
		return AccountPassword{}, fmt.Errorf("create account: %w", err)
	}
	return s.passwordOf(a, a.Version), nil
}

// passwordOf returns what an application is told of the account. wrote is the version that the call produced, or 0.
func (s *Service) passwordOf(a Account, wrote int64) AccountPassword {
	return AccountPassword{UserID: a.UserID, PasswordHash: s.guard.Shown(a.PasswordHash), Version: wrote}
}

// check validates all fields and says what is wrong with each. It requires of the properties what directory requires.
func (in NewAccount) check() (string, identityv1.Registration, error) {
	var wrong []errs.Field
	refuse := func(field, message string) { wrong = append(wrong, errs.Field{Field: field, Message: message}) }

	email := checkEmail(in.Email, refuse)
	if message := credentials.ApplicationPasswordProblem(in.Password); message != "" {
		refuse("password", message)
	}
	checkAlgorithm(in.Algorithm, refuse)
	properties, err := usersapi.ParseProperties(in.Properties)
	if err != nil {
		refuse("properties", err.Error())
	}
	if len(wrong) > 0 {
		return "", identityv1.Registration{}, errs.Invalid(wrong...)
	}
	r := identityv1.Registration{TypeCode: TypeNotSubscribed, Username: checkUsername(nil, email, refuse), Imported: true}
	if properties != "" {
		r.Properties = []byte(properties)
	}
	return email, r, nil
}

func checkAlgorithm(a credentials.Algorithm, refuse func(field, message string)) {
	if !a.Known() {
		refuse("algorithm", "must be argon, bcrypt, sha256 or simple")
	}
}
