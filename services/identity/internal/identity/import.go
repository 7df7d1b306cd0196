package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/libs/usersapi"
)

// futureSlack is how far ahead of ours the clock of the system may be that a user comes from.
const futureSlack = 24 * time.Hour

// earliest is when a user can have been created at the earliest.
var earliest = time.Unix(0, 0)

// LegacyUser is a row of an import.
type LegacyUser struct {
	ID            int64
	Email         string
	Username      *string // nil: the address before the "@"
	FirstName     *string
	LastName      *string
	CreatedAt     time.Time
	EmailVerified bool
	PasswordHash  *string // nil: none
	// Activate makes the account at once, and not at the first sign-in.
	Activate bool
}

// Outcome is what an import did with a row.
type Outcome string

// What an import does with a row.
const (
	Stored    Outcome = "stored"    // kept until its owner signs in; a row without a hash has nothing to keep
	Activated Outcome = "activated" // an account was made
	Exists    Outcome = "exists"    // there is an account with this address; the hash is ignored
	Failed    Outcome = "failed"
)

// Imported is what became of a row.
type Imported struct {
	LegacyUserID int64
	Outcome      Outcome
	UserID       int64 // of the account that was made or exists; 0 when there is none, and in a dry run
	Err          error // why it failed, in terms that may be shown
}

// ImportLegacy takes a batch of rows, each by itself: what is wrong with one stops no other. A row takes the place of
// what an earlier import said of the same legacy user, but one without a hash leaves the hash. Importing the same again changes nothing. A dry run tells what
// would happen. The results are in the order of the rows.
func (s *Service) ImportLegacy(ctx context.Context, users []LegacyUser, dryRun bool) ([]Imported, error) {
	results := make([]Imported, len(users))
	good := make([]importRow, 0, len(users))
	for i, u := range users {
		results[i].LegacyUserID = u.ID
		l, err := s.checkLegacy(u)
		if err != nil {
			results[i].Outcome, results[i].Err = Failed, err
			continue
		}
		good = append(good, importRow{legacy: l, activate: u.Activate, result: &results[i]})
	}
	err := s.importRows(ctx, good, dryRun)
	if errors.Is(err, ErrEmailExists) { // somebody got an address meanwhile, unseen: now one row at a time
		err = s.importEach(ctx, good, dryRun)
	}
	if err != nil {
		return nil, fmt.Errorf("import legacy users: %w", err)
	}
	return results, nil
}

func (s *Service) importEach(ctx context.Context, rows []importRow, dryRun bool) error {
	for _, row := range rows {
		err := s.importRows(ctx, []importRow{row}, dryRun)
		if errors.Is(err, ErrEmailExists) {
			row.fail(ErrEmailExists)
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkLegacy holds a row to what holds for a registration, and its hash to what can be verified.
func (s *Service) checkLegacy(u LegacyUser) (LegacyAccount, error) {
	l := LegacyAccount{ID: u.ID, CreatedAt: u.CreatedAt.UTC().Truncate(time.Second), EmailVerified: u.EmailVerified}
	var wrong []errs.Field
	refuse := func(field, message string) { wrong = append(wrong, errs.Field{Field: field, Message: message}) }

	if u.ID <= 0 {
		refuse("legacyUserId", "must be a positive integer")
	}
	l.Email = checkEmail(u.Email, refuse)
	l.Username = checkUsername(u.Username, l.Email, refuse)
	l.FirstName = checkOptionalName("firstName", u.FirstName, refuse)
	l.LastName = checkOptionalName("lastName", u.LastName, refuse)
	switch {
	case l.CreatedAt.Before(earliest):
		refuse("createdAt", "must not lie before 1970")
	case l.CreatedAt.After(s.now().Add(futureSlack)):
		refuse("createdAt", "must not lie in the future")
	}
	if len(wrong) > 0 {
		return LegacyAccount{}, errs.Invalid(wrong...)
	}
	if u.PasswordHash == nil {
		return l, nil
	}
	l.PasswordHash = *u.PasswordHash
	return l, s.passwords.Importable(l.PasswordHash)
}

// importRows plans and does a batch of checked rows in one transaction.
func (s *Service) importRows(ctx context.Context, rows []importRow, dryRun bool) error {
	if len(rows) == 0 {
		return nil
	}
	ids, emails := make([]int64, len(rows)), make([]string, len(rows))
	for i, row := range rows {
		ids[i], emails[i] = row.legacy.ID, row.legacy.Email
	}
	return s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		legacy, err := tx.LockLegacy(ctx, ids, emails)
		if err != nil {
			return err
		}
		accounts, err := tx.AccountsByEmail(ctx, emails)
		if err != nil {
			return err
		}
		p := newImportPlan(legacy, accounts)
		for _, row := range rows {
			p.add(row)
		}
		if !dryRun {
			if err := s.carryOut(ctx, tx, p); err != nil {
				return err
			}
		}
		p.nameAccounts()
		return nil
	})
}

// carryOut stores what was planned and publishes the accounts that were made.
func (s *Service) carryOut(ctx context.Context, tx Tx, p *importPlan) error {
	if err := tx.ReplaceLegacy(ctx, p.replaced, p.stored()); err != nil {
		return err
	}
	if len(p.made) == 0 {
		return nil
	}
	made, err := tx.InsertAccounts(ctx, p.made)
	if err != nil {
		return err
	}
	now := s.now()
	payloads := make([]contracts.Payload, 0, 2*len(made))
	for _, a := range made {
		p.holders[usersapi.EmailKey(a.Email)] = holder{a.UserID, true}
		payloads = append(payloads, a.State(), a.event(identityv1.Registered, now, ""))
	}
	return tx.Publish(ctx, payloads...)
}
