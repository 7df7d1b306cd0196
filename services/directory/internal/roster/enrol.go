package roster

import (
	"context"
	"fmt"
	"time"

	"muster/libs/contracts"
	"muster/libs/usersapi"
	"muster/services/directory/internal/directory"
)

// enrolment is what a batch of rows does to the roster and to the users who are there already.
type enrolment struct {
	imp Import
	now time.Time
	// earlier are the reports, by line, of an attempt at this batch that did not come to its end.
	earlier map[int64]ImportRow

	roster  map[int64]LegacyUser
	holders map[string]int64           // address → who has it on the roster
	users   map[string]*directory.User // address → who has it

	report   []ImportRow
	accounts []LegacyAccount
	// reported is, for each of accounts, its place in report.
	reported []int

	put []LegacyUser // to be stored, each legacy user once
	// published is what is to be published of the users who were linked, whom updated are to be stored.
	updated   []*directory.User
	published []contracts.Payload
}

// enrol puts the rows on the roster and links those whose user is there. In a dry run it only finds out what would
// become of them.
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

// prepareEnrolment locks and reads everybody whom the rows concern.
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

// row decides on one row.
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
		// If an attempt before this one did that, it may not have come to identity.
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
	if u != nil { // whoever has the address may be a stranger: the password that is imported stays good until it is verified
		e.last().Code, e.last().Message = codeUnverified, accountUnverified
	}
	switch {
	case u != nil && (u.VerifiedAt != nil || u.LegacyUserID != nil):
		e.last().Code, e.last().Message = codeAccount, accountExists
		if updated {
			e.supersede(r)
		}
	case r.hash != nil || r.user.Activate || updated: // identity may keep a hash under what the roster said before
		e.offer(r)
	}
}

// supersede tells identity that a legacy user has another address now, which an account has: what identity keeps for a
// sign-in with the former address would make a second account.
func (e *enrolment) supersede(r rosterRow) {
	r.hash, r.user.Activate = nil, false
	e.offer(r)
}

const accountExists = "There is an account with this email address already: it keeps its own password."

const accountUnverified = "The account with this email address is not verified: it is linked when it is, or when the imported password signs in."

// enlist puts somebody who waits on the roster.
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

// note reports on a row. What an attempt before this one made of it counts: that it is not new any more is that
// attempt's doing.
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

// again gives what an attempt before this one made of the same row.
func (e *enrolment) again(r ImportRow) (earlier ImportRow, again bool) {
	earlier, found := e.earlier[r.Line]
	return earlier, found && earlier.Outcome != RowFailed &&
		earlier.LegacyUserID != nil && r.LegacyUserID != nil && *earlier.LegacyUserID == *r.LegacyUserID
}

// last is the newest report.
func (e *enrolment) last() *ImportRow { return &e.report[len(e.report)-1] }

// offer hands the row just reported to identity.
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

// settle completes the report with identity's answers, and gives the reports that they changed.
func (e *enrolment) settle(results []LegacyResult) ([]ImportRow, error) {
	if len(results) != len(e.accounts) {
		return nil, fmt.Errorf("identity gave %d results for %d legacy users", len(results), len(e.accounts))
	}
	var changed []ImportRow
	for n, result := range results {
		report := &e.report[e.reported[n]]
		if report.Outcome == RowLinked { // superseded; whatever identity kept, the user is there
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
			if again && e.accounts[n].Activate { // made by the attempt before this one
				report.Outcome, report.Code, report.Message = RowActivated, "", ""
			}
		case LegacyFailed:
			report.Outcome, report.Code, report.Message = RowFailed, result.Code, result.Message
		default:
			return nil, fmt.Errorf("identity gave the unknown outcome %q", result.Outcome)
		}
		changed = append(changed, *report)
	}
	return changed, nil
}

// flushBefore stores what is to be stored when the row concerns somebody among them: one statement stores nobody twice.
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
	return tx.Publish(ctx, published...)
}
