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

// futureSlack is how far the source system's clock may be ahead of ours.
const futureSlack = 24 * time.Hour

// earliest is the earliest valid creation time of a user.
var earliest = time.Unix(0, 0)

// LegacyUser is one row of an import.
type LegacyUser struct {
	ID            int64
	Email         string
	Username      *string // nil: the address before the "@"
	FirstName     *string
	LastName      *string
	CreatedAt     time.Time
	EmailVerified bool
	PasswordHash  *string // nil: none
	// Activate creates the account immediately instead of at the first sign-in.
	Activate bool
}

// Outcome is the result of importing a row.
type Outcome string

// The outcomes.
const (
	Stored    Outcome = "stored"    // the hash is stored until its owner signs in; without a hash nothing is stored
	Activated Outcome = "activated" // an account was created
	Exists    Outcome = "exists"    // an account has this address; the hash is ignored
	Failed    Outcome = "failed"
)

// Imported is the result for one row.
type Imported struct {
	LegacyUserID int64
	Outcome      Outcome
	UserID       int64 // of the account that was created or exists; 0 when there is none, and in a dry run
	Err          error // why it failed, in terms that may be shown
}

// ImportLegacy imports a batch of rows independently: an invalid row does not stop the others. A row replaces the
// earlier import of the same legacy user, but a row without a hash keeps the stored hash. The import is idempotent. A
// dry run returns the results without storing anything. The results are in the order of the rows.
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
	if errors.Is(err, ErrEmailExists) { // a concurrent transaction took an address: retry one row at a time
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

// checkLegacy applies the rules of a registration to the row and checks that its hash can be verified.
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

// importRows plans and imports a batch of checked rows in one transaction.
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

// carryOut stores the plan and publishes the new accounts.
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
