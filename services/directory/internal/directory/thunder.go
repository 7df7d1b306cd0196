package directory

import (
	"context"
	"time"

	"muster/libs/errs"
	"muster/libs/usersapi"
)

// Errors of the use cases for Thunder's clients (contract compat, Thunder).
var (
	// ErrAdminProtected refuses to change an administrator: an application's secret must not be worth an administrator's.
	ErrAdminProtected = errs.New(errs.KindForbidden, "ADMIN_PROTECTED", "Administrators cannot be changed by applications.")
	// ErrNoToken answers a verification of a user without a verification token.
	ErrNoToken = errs.New(errs.KindConflict, "NO_TOKEN", "The user has no verification token.")
	// ErrWrongToken answers a verification with another token than the user's.
	ErrWrongToken = errs.New(errs.KindInvalid, "WRONG_TOKEN", "The verification token is wrong.")
	// ErrThunderMailNotSent answers a verification whose mail the mail system did not accept.
	ErrThunderMailNotSent = errs.New(errs.KindUnavailable, "MAIL_NOT_SENT", "Failed to send verification email")
)

// ThunderRecord is what is kept of a user for Thunder's clients only. The zero record says that nothing is kept.
type ThunderRecord struct {
	// Token is the verification token, a UUIDv4; empty when there is none. It can be used any number of times.
	Token string
	// CreatedAt is the creation time that a new address has reset, in whole milliseconds; nil for the user's own.
	CreatedAt *time.Time
	// ChangedAt is the time of the last change through Thunder, in whole milliseconds, which Thunder's clients see. It
	// grows with every change.
	ChangedAt time.Time
}

// ThunderUser is a user as Thunder's clients see it.
type ThunderUser struct {
	UserID   int64
	Email    string
	Verified bool
	// Token is the verification token; empty when there is none.
	Token     string
	CreatedAt time.Time
	UpdatedAt time.Time
	// Properties are a JSON object, {} when there are none.
	Properties string
	// Version is the user's version after the call.
	Version int64
}

// thunderUser returns the view of a user.
func thunderUser(u User, r ThunderRecord, p Properties) ThunderUser {
	view := ThunderUser{
		UserID: u.ID, Email: u.Email, Verified: u.VerifiedAt != nil, Token: r.Token, CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt,
		Properties: string(p), Version: u.Version,
	}
	if r.CreatedAt != nil {
		view.CreatedAt = *r.CreatedAt
	}
	if r.ChangedAt.After(view.UpdatedAt) {
		view.UpdatedAt = r.ChangedAt
	}
	if p == "" {
		view.Properties = "{}"
	}
	return view
}

// thunderChange is a change to a locked user through Thunder.
type thunderChange struct {
	before     User
	record     ThunderRecord
	properties Properties
	// now is the time for the user; moment is the time for Thunder's clients, later than every time that they have seen.
	now, moment time.Time
}

// beginThunder reads what belongs to a locked user. Administrators are refused.
func (s *Service) beginThunder(ctx context.Context, tx Tx, u User) (c thunderChange, err error) {
	if u.TypeCode == usersapi.TypeAdministrator {
		return thunderChange{}, ErrAdminProtected
	}
	c.before = u
	if c.record, err = tx.ThunderRecord(ctx, u.ID); err != nil {
		return thunderChange{}, err
	}
	if c.properties, err = tx.Properties(ctx, u.ID); err != nil {
		return thunderChange{}, err
	}
	precise := s.clock().UTC().Truncate(time.Millisecond)
	c.now, c.moment = precise.Truncate(time.Second), precise
	if seen := thunderUser(u, c.record, c.properties).UpdatedAt; !c.moment.After(seen) {
		c.moment = seen.Add(time.Millisecond)
	}
	return c, nil
}

// end stores the record of the change and returns the view of the changed user.
func (c thunderChange) end(ctx context.Context, tx Tx, changed User) (ThunderUser, error) {
	c.record.ChangedAt = c.moment
	return thunderUser(changed, c.record, c.properties), tx.PutThunderRecord(ctx, changed.ID, c.record)
}

// unverified returns the user with a new version and an address that is not verified.
func (u User) unverified(now time.Time) User {
	next := u.touched(now)
	if u.VerifiedAt != nil {
		next = next.acted()
		next.VerifiedAt = nil
	}
	return next
}

// voidCodes makes everything invalid that was mailed to the user's former address: the codes, and the token of Thunder.
func voidCodes(ctx context.Context, tx Tx, userID int64) error {
	if err := tx.CloseRequests(ctx, userID, codeTypes...); err != nil {
		return err
	}
	r, err := tx.ThunderRecord(ctx, userID)
	if err != nil || r.Token == "" {
		return err
	}
	r.Token = ""
	return tx.PutThunderRecord(ctx, userID, r)
}
