package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/libs/usersapi"
	"muster/services/identity/internal/credentials"
)

// loginAttempts is how often a sign-in is tried when the account changes during the verification of its password.
const loginAttempts = 3

// errMovedOn means that the account changed after it was read for verifying the password. A concurrent sign-in may have
// replaced the hash or turned the legacy account into an account.
var errMovedOn = errors.New("the account has changed since it was read")

// Login signs in a caller that knows the password of the account with this address or of the legacy account. A legacy
// account becomes an account or takes over the existing one. An outdated password hash is replaced. Of an account with a second
// factor, nothing changes, and the result is [Pending].
//
// Errors: ErrInvalidCredentials, after the same work for an unknown address as for a wrong password, except for the extra
// cost of a foreign hash; ErrAccountInactive, only after the right password; limits.ErrUsedUp when the client's network
// has failed too often.
func (s *Service) Login(ctx context.Context, email, password string, client Client) (SignedIn, error) {
	if err := requireCredentials(email, password); err != nil {
		return SignedIn{}, err
	}
	for attempt := 1; ; attempt++ {
		in, target, err := s.attemptLogin(ctx, email, password, client)
		if errors.Is(err, errMovedOn) {
			if attempt < loginAttempts {
				continue
			}
			err = credentials.ErrInvalidCredentials.Because(err)
		}
		return in, s.refused(ctx, AuditEntry{Action: ActSignIn, TargetID: target}, err)
	}
}

// attemptLogin also returns the id of the account with the address; 0 when there is none.
func (s *Service) attemptLogin(ctx context.Context, email, password string, client Client) (in SignedIn, target int64, err error) {
	read, err := s.find(ctx, email)
	if err != nil {
		return SignedIn{}, 0, err
	}
	if read.account != nil {
		target = read.account.UserID
	}
	attempt := credentials.NewAttempt(email, client.Network)
	which, hash, err := s.guard.VerifyPassword(ctx, attempt, password, read.passwordHashes()...)
	if err != nil {
		return SignedIn{}, target, err
	}
	in, err = s.admit(ctx, read.matching(which), entry{attempt: attempt, client: client, hash: hash, now: s.now()})
	if errors.Is(err, errSecondFactor) {
		in.Pending, err = s.challenge(ctx, target)
	}
	return in, target, err
}

// found holds what exists for an address: an account, a legacy account, both while the account is not proven, or
// neither.
type found struct {
	account *Account
	legacy  *LegacyAccount
}

// passwordHashes returns the hashes to check. The legacy account's comes first, to recognise an owner that registered
// with the imported password. Without any account it is one empty hash, which matches no password.
func (f found) passwordHashes() []string {
	switch {
	case f.account != nil && f.legacy != nil:
		return []string{f.legacy.PasswordHash, f.account.PasswordHash}
	case f.account != nil:
		return []string{f.account.PasswordHash}
	case f.legacy != nil:
		return []string{f.legacy.PasswordHash}
	}
	return []string{""}
}

// matching returns f without the legacy account if the hash that matched is the account's.
func (f found) matching(which int) found {
	if f.account != nil && f.legacy != nil && which == 1 {
		f.legacy = nil
	}
	return f
}

// find reads the legacy account first. If that becomes an account between the two reads, it is still found as one of
// the two.
func (s *Service) find(ctx context.Context, email string) (found, error) {
	l, legacyErr := s.store.LegacyByEmail(ctx, email)
	if legacyErr != nil && !errors.Is(legacyErr, ErrLegacyNotFound) {
		return found{}, fmt.Errorf("find legacy account: %w", legacyErr)
	}
	a, err := s.store.AccountByEmail(ctx, email)
	if err != nil && !errors.Is(err, ErrAccountNotFound) {
		return found{}, fmt.Errorf("find account: %w", err)
	}
	var f found
	if err == nil {
		f.account = &a
	}
	if legacyErr == nil && (f.account == nil || !a.proven()) {
		f.legacy = &l
	}
	return f, nil
}

// entry is a sign-in whose password matched.
type entry struct {
	attempt credentials.Attempt
	client  Client
	hash    string // to store in the account
	now     time.Time
}

// admit signs in the owner of an account whose password matched, unless the account has changed since it was read.
func (s *Service) admit(ctx context.Context, read found, by entry) (SignedIn, error) {
	var a Account
	var session Session
	var refresh string
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		var kind identityv1.Kind
		if a, kind, err = s.enterFound(ctx, tx, read, by); err != nil {
			return err
		}
		if session, refresh, err = s.openSession(ctx, tx, a.UserID, by.client, by.now); err != nil {
			return err
		}
		if err := s.doneBy(ctx, ActSignIn, a, session.ID); err != nil {
			return err
		}
		return tx.Publish(ctx, a.State(), a.event(kind, by.now, session.ID))
	})
	if err != nil {
		return SignedIn{}, fmt.Errorf("sign in: %w", err)
	}
	signedIn, err := s.signedIn(ctx, a, session, refresh, by.now)
	signedIn.Version = a.Version
	return signedIn, err
}

// enterFound stores the account after the sign-in and forgets the failures of the attempt. It returns the account and
// what happened to it.
func (s *Service) enterFound(ctx context.Context, tx Tx, read found, by entry) (a Account, kind identityv1.Kind, err error) {
	kind = identityv1.SignedIn
	switch {
	case read.legacy == nil:
		a, err = s.enter(ctx, tx, *read.account, by)
	case read.account == nil:
		kind = identityv1.Registered
		a, err = s.enterLegacy(ctx, tx, *read.legacy, by)
	default:
		a, err = s.takeOver(ctx, tx, *read.account, *read.legacy, by)
	}
	if err != nil {
		return Account{}, "", err
	}
	return a, kind, s.guard.Succeeded(ctx, by.attempt)
}

// enter locks the account and records the sign-in.
func (s *Service) enter(ctx context.Context, tx Tx, read Account, by entry) (Account, error) {
	a, err := tx.LockAccount(ctx, read.UserID)
	if err != nil {
		return Account{}, err
	}
	// Concurrent guesses may have used up the attempts since the first check. Past the limit, a right guess must look
	// like a wrong one.
	if err := s.guard.Refuse(ctx, by.attempt); err != nil {
		return Account{}, err
	}
	switch {
	case a.Deleted || a.Displaced || !usersapi.SameEmail(a.Email, read.Email):
		return Account{}, credentials.ErrInvalidCredentials
	case a.PasswordHash != read.PasswordHash:
		return Account{}, errMovedOn
	case !a.Active:
		return Account{}, ErrAccountInactive
	}
	if err := s.alone(ctx, a.UserID); err != nil {
		return Account{}, err
	}
	a = a.SignIn(by.now)
	a.PasswordHash = by.hash
	return a, tx.UpdateAccount(ctx, a)
}

// requireCredentials requires both fields and validates nothing else: a malformed address has no account.
func requireCredentials(email, password string) error {
	var missing []errs.Field
	if strings.TrimSpace(email) == "" {
		missing = append(missing, errs.Field{Field: "email", Message: "is required"})
	}
	if password == "" {
		missing = append(missing, errs.Field{Field: "password", Message: "is required"})
	}
	if len(missing) > 0 {
		return errs.Invalid(missing...)
	}
	return nil
}
