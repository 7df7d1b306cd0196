package directory

import (
	"context"
	"errors"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
	"muster/libs/usersapi"
)

// Account is the part of identity's account record that directory uses.
type Account struct {
	UserID  int64
	Version int64
	// ActivityVersion is the latest version that directory has to act on.
	ActivityVersion int64
	Deleted         bool
	Email           string
	AuthTypeCode    string
	CreatedAt       time.Time
	LastLoginAt     *time.Time
	// Registration is nil once directory has accepted or rejected the user.
	Registration *Registration
	// Legacy is the legacy user that signed in to the account; nil when there is none.
	Legacy *Legacy
}

// Legacy is a legacy user that identity has recognised by the imported password or created an account for.
type Legacy struct {
	LegacyUserID int64
	// EmailVerified is true when the roster vouches for the address.
	EmailVerified bool
}

// Registration is the profile data given at registration.
type Registration struct {
	Username      string
	FirstName     *string
	LastName      *string
	TypeCode      string
	EmailVerified bool
	// Imported is true when an import or an application created the account, so no verification mail is sent.
	Imported bool
	// Invited is true when an administrator has invited the user, who then gets an invitation.
	Invited bool
	// Properties are the custom properties as [ParseProperties] returns them.
	Properties Properties
}

// FollowAccount applies an account record of identity. It creates or rejects the user of a new account and stores the
// time of the last sign-in. A legacy user that signed in to the account is linked to its user. Records that are not
// newer than the followed version have no effect.
//
// Error: ErrNoRegistration when the user is unknown and the record has no registration to create one.
func (s *Service) FollowAccount(ctx context.Context, a Account) error {
	return s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		var waiting *int64 // lock before the user, in the same order as imports
		var err error
		if a.Legacy != nil || a.verified() {
			if waiting, err = waitingLegacy(ctx, tx, a.Email); err != nil {
				return err
			}
		}
		u, err := tx.LockUser(ctx, a.UserID)
		switch {
		case errors.Is(err, ErrUserNotFound):
			return s.admit(ctx, tx, a, waiting)
		case err != nil:
			return err
		case u.Deleted, a.Deleted: // identity deletes an account only after directory's tombstone
			return nil
		case a.ActivityVersion <= u.AccountVersion:
			return nil
		}
		u = u.changed()
		u.AccountVersion = a.Version
		u.LastLoginAt = later(u.LastLoginAt, wholeSecond(a.LastLoginAt))
		return s.recognize(ctx, tx, u, a, waiting)
	})
}

// verified reports whether a trusted source vouches for the account's address.
func (a Account) verified() bool {
	return (a.Registration != nil && a.Registration.EmailVerified) || (a.Legacy != nil && a.Legacy.EmailVerified)
}

// recognize links u, whose account is a, to the legacy user that signed in to that account, unless u has changed the
// address since.
func (s *Service) recognize(ctx context.Context, tx Tx, u User, a Account, waiting *int64) error {
	before := u
	if a.Legacy == nil || !usersapi.SameEmail(a.Email, u.Email) {
		return save(ctx, tx, u)
	}
	now := s.now()
	var events []contracts.Payload
	if a.Legacy.EmailVerified && u.VerifiedAt == nil {
		if err := tx.CloseRequests(ctx, u.ID, RequestRegistration); err != nil {
			return err
		}
		u.VerifiedAt = &now
		u = u.acted()
		events = append(events, u.event(directoryv1.EmailVerified, now))
	}
	if u.VerifiedAt == nil && waiting != nil && *waiting != a.Legacy.LegacyUserID {
		waiting = nil
	}
	u, err := linkLegacy(ctx, tx, u, waiting)
	if err != nil {
		return err
	}
	if u.LegacyUserID != before.LegacyUserID {
		events = append(events, u.event(directoryv1.Updated, now))
	}
	if events != nil {
		u.UpdatedAt = now
	}
	return save(ctx, tx, u, events...)
}

// admit creates the user of an account, or rejects it when its address is taken. The legacy user that waits for the
// address is linked to the user when the address is verified or when it was the one that signed in.
func (s *Service) admit(ctx context.Context, tx Tx, a Account, waiting *int64) error {
	if a.Deleted {
		return nil
	}
	if a.Registration == nil {
		return ErrNoRegistration
	}
	now := s.now()
	u := newUser(a, now)
	if waiting != nil && (u.VerifiedAt != nil || *waiting == a.Legacy.LegacyUserID) {
		u.LegacyUserID = waiting
	}
	err := tx.CreateUser(ctx, u)
	if errors.Is(err, ErrEmailExists) {
		return s.reject(ctx, tx, a, now)
	}
	if err != nil {
		return err
	}
	if a.Registration.Properties != "" {
		if _, err := tx.PutProperties(ctx, u.ID, a.Registration.Properties); err != nil {
			return err
		}
	}
	if u.LegacyUserID != nil {
		if err := tx.LinkLegacyUser(ctx, *u.LegacyUserID, u.ID); err != nil {
			return err
		}
	}
	if u.VerifiedAt == nil && !a.Registration.Imported {
		typeCode := RequestRegistration
		if a.Registration.Invited {
			typeCode = RequestInvitation
		}
		if err := s.requestVerification(ctx, tx, u, typeCode, now); err != nil {
			return err
		}
	}
	return publish(ctx, tx, u, u.event(directoryv1.Created, now))
}

func newUser(a Account, now time.Time) User {
	created := a.CreatedAt.UTC().Truncate(time.Second)
	u := User{
		ID: a.UserID, Username: a.Registration.Username, Email: a.Email, TypeCode: usersapi.TypeNotSubscribed,
		FirstName: a.Registration.FirstName, LastName: a.Registration.LastName, AuthTypeCode: a.AuthTypeCode,
		IsActive: true, Invited: a.Registration.Invited, CreatedAt: created, UpdatedAt: created, LastLoginAt: wholeSecond(a.LastLoginAt),
		Version: 1, AccessVersion: 1, AccountVersion: a.Version,
	}
	// Nobody registers with a paid type, but an administrator may choose one for an invited user.
	if r := a.Registration; r.TypeCode == usersapi.TypeAdministrator || (r.Invited && usersapi.TypeName(r.TypeCode) != "") {
		u.TypeCode = r.TypeCode
	}
	if a.verified() {
		u.VerifiedAt = &now
	}
	return u
}

// reject stores a tombstone that tells identity to delete the account.
func (s *Service) reject(ctx context.Context, tx Tx, a Account, now time.Time) error {
	u := User{
		ID: a.UserID, Deleted: true, RejectedBecause: ErrEmailExists.Code,
		Version: 1, AccessVersion: 1, AccountVersion: a.Version,
	}
	if err := tx.CreateUser(ctx, u); err != nil {
		return err
	}
	return publish(ctx, tx, u, u.event(directoryv1.Rejected, now))
}

func wholeSecond(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	whole := t.UTC().Truncate(time.Second)
	return &whole
}

// later returns the later of two times, either of which may be nil.
func later(a, b *time.Time) *time.Time {
	if a == nil || (b != nil && b.After(*a)) {
		return b
	}
	return a
}
