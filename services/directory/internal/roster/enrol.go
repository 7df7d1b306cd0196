package roster

import (
	"context"
	"fmt"
	"time"

	"muster/libs/contracts"
	"muster/libs/usersapi"
	"muster/services/directory/internal/directory"
)

// enrolment is the effect of a batch of rows on the roster and on existing users.
type enrolment struct {
	imp Import
	now time.Time
	// earlier are the reports, by line, of a previous, interrupted attempt at this batch.
	earlier map[int64]ImportRow

	roster  map[int64]LegacyUser
	holders map[string]int64           // address → id of the legacy user that has it
	users   map[string]*directory.User // address → the live user that has it

	report   []ImportRow
	accounts []LegacyAccount
	// reported is the index in report of each of accounts.
	reported []int

	put []LegacyUser // to be stored, each legacy user at most once
	// updated are the linked users to store, and published the payloads to publish for them.
	updated   []*directory.User
	published []contracts.Payload
}

// enrol stores the rows on the roster and links those with an existing user. A dry run only determines the outcomes.
func enrol(ctx context.Context, tx Tx, i Import, rows []rosterRow, now time.Time) (*enrolment, error) {
	e, err := prepareEnrolment(ctx, tx, i, rows, now)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if err := e.flushBefore(ctx, tx, r); err != nil {
			return nil, err
		}
		e.row(r)
	}
	return e, e.flush(ctx, tx)
}

// prepareEnrolment locks and reads all legacy users and users that the rows affect.
func prepareEnrolment(ctx context.Context, tx Tx, i Import, rows []rosterRow, now time.Time) (*enrolment, error) {
	e := &enrolment{
		imp: i, now: now, earlier: map[int64]ImportRow{}, roster: map[int64]LegacyUser{}, holders: map[string]int64{}, users: map[string]*directory.User{},
	}
	var ids []int64
	var emails []string
	for _, r := range rows {
		if r.problem == nil {
			ids, emails = append(ids, r.user.ID), append(emails, r.user.Email)
		}
	}
	roster, users, err := tx.LockRoster(ctx, ids, emails)
	if err != nil {
		return nil, err
	}
	for _, l := range roster {
		e.remember(l)
	}
	for _, u := range users {
		e.users[usersapi.EmailKey(u.Email)] = &u
	}
	reports, err := tx.ImportRowsFrom(ctx, i.ID, i.Lines+1)
	if err != nil {
		return nil, err
	}
	for _, r := range reports {
		e.earlier[r.Line] = r
	}
	return e, nil
}

func (e *enrolment) remember(l LegacyUser) {
	if before, known := e.roster[l.ID]; known && e.holders[usersapi.EmailKey(before.Email)] == l.ID {
		delete(e.holders, usersapi.EmailKey(before.Email))
	}
	e.roster[l.ID] = l
	if !l.forgotten() {
		e.holders[usersapi.EmailKey(l.Email)] = l.ID
	}
}

// row determines the outcome of one row.
func (e *enrolment) row(r rosterRow) {
	if r.problem != nil {
		e.note(r, RowFailed, r.problem.code, r.problem.message)
		return
	}
	before, known := e.roster[r.user.ID]
	switch {
	case known && before.forgotten():
		e.note(r, RowUnchanged, codeDeleted, "Their user was deleted, and does not come back by an import.")
		return
	case known && !before.waiting():
		e.note(r, RowLinked, "", "")
		// A previous attempt that linked the user may not have reached identity.
		if _, again := e.again(*e.last()); again && e.last().Outcome == RowLinked {
			e.supersede(r)
		}
		return
	}
	if holder, taken := e.holders[usersapi.EmailKey(r.user.Email)]; taken && holder != r.user.ID {
		e.note(r, RowFailed, codeOnRoster, "Another legacy user on the roster has this email address.")
		return
	}
	u := e.users[usersapi.EmailKey(r.user.Email)]
	if u != nil && u.LegacyUserID == nil && u.VerifiedAt != nil {
		e.link(r.user, u)
		e.note(r, RowLinked, "", "")
		if known {
			e.supersede(r)
		}
		return
	}
	e.enlist(r, before, known)
	updated := e.last().Outcome == RowUpdated
	if u != nil { // a stranger may have the address: the imported password stays valid until it is verified
		e.last().Code, e.last().Message = codeUnverified, accountUnverified
	}
	switch {
	case u != nil && (u.VerifiedAt != nil || u.LegacyUserID != nil):
		e.last().Code, e.last().Message = codeAccount, accountExists
		if updated {
			e.supersede(r)
		}
	case r.hash != nil || r.user.Activate || updated: // identity may still store a hash under the former row
		e.offer(r)
	}
}

// supersede tells identity that a legacy user now has an address that belongs to an account. Otherwise a sign-in with
// the former address would create a second account from the hash stored there.
func (e *enrolment) supersede(r rosterRow) {
	r.hash, r.user.Activate = nil, false
	e.offer(r)
}

const accountExists = "There is an account with this email address already: it keeps its own password."

const accountUnverified = "The account with this email address is not verified: it is linked when it is, or when the imported password signs in."

// enlist stores a waiting legacy user on the roster.
func (e *enrolment) enlist(r rosterRow, before LegacyUser, known bool) {
	switch {
	case !known:
		e.store(r.user)
		e.note(r, RowCreated, "", "")
	case !before.equal(r.user):
		e.store(r.user)
		e.note(r, RowUpdated, "", "")
	default:
		e.note(r, RowUnchanged, "", "")
	}
}

func (e *enrolment) link(l LegacyUser, u *directory.User) {
	linked, payloads := u.Linked(l.ID, e.now)
	*u = linked
	e.updated, e.published = append(e.updated, u), append(e.published, payloads...)
	e.store(l.linked(u.ID))
}

func (e *enrolment) store(l LegacyUser) {
	e.put = append(e.put, l)
	e.remember(l)
}

// note adds the report of a row. It keeps the outcome of a previous attempt: the row no longer counts as new only
// because that attempt stored it.
func (e *enrolment) note(r rosterRow, outcome ImportOutcome, code, message string) {
	report := ImportRow{Line: r.line, Outcome: outcome, Code: code, Message: message}
	if r.user.ID != 0 {
		report.LegacyUserID = &r.user.ID
	}
	if earlier, again := e.again(report); again && outcome != RowFailed {
		report.Outcome = earlier.Outcome
		if outcome == RowLinked && earlier.Outcome != RowLinked && r.user.Activate {
			report.Outcome = RowActivated
		}
	}
	e.report = append(e.report, report)
}

// again returns the report of a previous attempt at the same row.
func (e *enrolment) again(r ImportRow) (earlier ImportRow, again bool) {
	earlier, found := e.earlier[r.Line]
	return earlier, found && earlier.Outcome != RowFailed &&
		earlier.LegacyUserID != nil && r.LegacyUserID != nil && *earlier.LegacyUserID == *r.LegacyUserID
}

// last returns the latest report.
func (e *enrolment) last() *ImportRow { return &e.report[len(e.report)-1] }

// offer adds the row just reported to the accounts for identity.
func (e *enrolment) offer(r rosterRow) {
	a := LegacyAccount{
		LegacyUserID: r.user.ID, Email: r.user.Email, Username: r.user.Username, FirstName: r.user.FirstName, LastName: r.user.LastName,
		CreatedAt: e.imp.StartedAt, EmailVerified: r.user.EmailVerified, PasswordHash: r.hash, Activate: r.user.Activate,
	}
	if r.user.CreatedAt != nil {
		a.CreatedAt = *r.user.CreatedAt
	}
	e.accounts, e.reported = append(e.accounts, a), append(e.reported, len(e.report)-1)
}

// settle completes the report with identity's results and returns the reports that changed.
func (e *enrolment) settle(results []LegacyResult) ([]ImportRow, error) {
	if len(results) != len(e.accounts) {
		return nil, fmt.Errorf("identity returned %d results for %d legacy users", len(results), len(e.accounts))
	}
	var changed []ImportRow
	for n, result := range results {
		report := &e.report[e.reported[n]]
		if report.Outcome == RowLinked { // superseded: the user exists, whatever identity stored
			continue
		}
		_, again := e.again(*report)
		switch result.Outcome {
		case LegacyStored:
			continue
		case LegacyActivated:
			report.Outcome = RowActivated
		case LegacyExists:
			report.Code, report.Message = codeAccount, accountExists
			if again && e.accounts[n].Activate { // created by a previous attempt
				report.Outcome, report.Code, report.Message = RowActivated, "", ""
			}
		case LegacyFailed:
			report.Outcome, report.Code, report.Message = RowFailed, result.Code, result.Message
		default:
			return nil, fmt.Errorf("identity returned the unknown outcome %q", result.Outcome)
		}
		changed = append(changed, *report)
	}
	return changed, nil
}

// flushBefore stores the pending legacy users if the row affects one of them, because one statement cannot store a row
// twice.
func (e *enrolment) flushBefore(ctx context.Context, tx Tx, r rosterRow) error {
	for _, l := range e.put {
		if l.ID == r.user.ID {
			return e.flush(ctx, tx)
		}
	}
	return nil
}

func (e *enrolment) flush(ctx context.Context, tx Tx) error {
	put, updated, published := e.put, e.updated, e.published
	e.put, e.updated, e.published = nil, nil, nil
	if e.imp.DryRun || len(put) == 0 {
		return nil
	}
	for _, u := range updated {
		if err := tx.UpdateUser(ctx, *u); err != nil {
			return err
		}
	}
	if err := tx.PutLegacyUsers(ctx, put...); err != nil {
		return err
	}
	for _, l := range put {
		if l.waiting() || l.Properties == "" {
			continue
		}
		if err := tx.GiveProperties(ctx, *l.UserID, l.Properties); err != nil {
			return err
		}
	}
	return tx.Publish(ctx, published...)
}
