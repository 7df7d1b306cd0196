package directory

import (
	"context"
	"errors"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
	"muster/libs/errs"
	"muster/libs/usersapi"
)

// UpdateUser applies an administrator's change to a user (contract section 5) and returns the resulting user. A change
// without effect makes no new version.
//
// Errors: VALIDATION_FAILED, ErrUserNotFound, ErrEmailExists; ErrStepUpRequired for a new address or a new administrator without a
// fresh session; ErrLastAdmin when no administrator would remain.
//
// A new address counts as verified if the old one was, because the administrator vouches for it. Codes mailed to the
// old address become invalid, and an unverified user gets a new code at the new address. A new address ends all
// sessions of the user except the actor's, and a verified old one gets a notice.
func (s *Service) UpdateUser(ctx context.Context, by Actor, id int64, change UserChange) (User, error) {
	change, err := change.checked()
	if err != nil {
		return User{}, err
	}
	var updated User
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		u, err := lockLive(ctx, tx, id)
		if err != nil {
			return err
		}
		if next := change.applied(u, s.now()); !by.Fresh && needsFresh(u, next) {
			return ErrStepUpRequired
		}
		updated, err = s.update(ctx, tx, u, change, by)
		return err
	})
	return updated, err
}

// needsFresh reports whether a change needs a fresh sign-in of who makes it: another address, and another administrator.
func needsFresh(before, after User) bool {
	return !usersapi.SameEmail(before.Email, after.Email) || before.TypeCode != usersapi.TypeAdministrator && after.TypeCode == usersapi.TypeAdministrator
}

// update applies a checked change to a locked user and returns the resulting user. The actor's session survives a change of
// the own address.
func (s *Service) update(ctx context.Context, tx Tx, u User, change UserChange, by Actor) (User, error) {
	now := s.now()
	next := change.applied(u, now)
	if next.Exemption.reversed() {
		return User{}, errs.InvalidField("subscriptionExemptionEndsAt", "must not be before subscriptionExemptionStartsAt")
	}
	d := compare(u, next)
	var err error
	if d.properties, err = change.putProperties(ctx, tx, u.ID); err != nil {
		return User{}, err
	}
	if !d.any() {
		return u, nil
	}
	if err := guardLastAdmin(ctx, tx, u, next); err != nil {
		return User{}, err
	}
	next = next.touched(now)
	if d.access() {
		next = next.acted()
	}
	if d.address {
		if next, err = moveLegacy(ctx, tx, u, next.endSessions(by.session(u.ID), now)); err != nil {
			return User{}, err
		}
	}
	if err := tx.UpdateUser(ctx, next); err != nil {
		return User{}, err
	}
	if d.address {
		if err := s.moveVerification(ctx, tx, next, now); err != nil {
			return User{}, err
		}
	}
	if err := publish(ctx, tx, next, d.events(u, next, by.adminName(), now)...); err != nil || !d.address || u.VerifiedAt == nil {
		return next, err
	}
	return next, tellFormerAddress(ctx, tx, u, now)
}

// moveVerification invalidates the codes that were mailed to the user's former address. An unverified user gets a new one,
// an invited user a new invitation.
func (s *Service) moveVerification(ctx context.Context, tx Tx, u User, now time.Time) error {
	typeCode := RequestInvitation
	_, err := tx.LockRequest(ctx, u.ID, typeCode)
	if errors.Is(err, ErrNoVerification) {
		typeCode, err = RequestRegistration, nil
	}
	if err != nil {
		return err
	}
	if err := voidCodes(ctx, tx, u.ID); err != nil {
		return err
	}
	if u.VerifiedAt != nil {
		return nil
	}
	return s.requestVerification(ctx, tx, u, typeCode, now)
}

// lockLive locks a user that is not deleted.
func lockLive(ctx context.Context, tx Tx, id int64) (User, error) {
	u, err := tx.LockUser(ctx, id)
	if err == nil && u.Deleted {
		err = ErrUserNotFound
	}
	return u, err
}

// guardLastAdmin rejects a change that would leave no active administrator.
func guardLastAdmin(ctx context.Context, tx Tx, before, after User) error {
	if !before.IsActiveAdmin() || after.IsActiveAdmin() {
		return nil
	}
	others, err := tx.OtherActiveAdmins(ctx, before.ID)
	if err == nil && others == 0 {
		err = ErrLastAdmin
	}
	return err
}

// difference describes what a change modified.
type difference struct {
	profile    bool // names, exemption
	properties bool // set by the caller: compare does not see properties
	email      bool // the spelling of the address
	address    bool // the address itself
	typ        bool
	active     bool
}

func compare(a, b User) difference {
	return difference{
		profile: a.Username != b.Username || !sameText(a.FirstName, b.FirstName) || !sameText(a.LastName, b.LastName) ||
			!a.Exemption.equal(b.Exemption),
		email:   a.Email != b.Email,
		address: !usersapi.SameEmail(a.Email, b.Email),
		typ:     a.TypeCode != b.TypeCode,
		active:  a.IsActive != b.IsActive,
	}
}

func (d difference) any() bool { return d.profile || d.properties || d.access() }

// access reports whether identity must act on the change.
func (d difference) access() bool { return d.email || d.typ || d.active }

// events returns the events of u at its new version. by is the administrator who changed the user, or nil.
func (d difference) events(before, u User, by *directoryv1.Actor, now time.Time) []contracts.Payload {
	var events []contracts.Payload
	add := func(e directoryv1.UserEvent) {
		e.Actor = by
		events = append(events, e)
	}
	if d.profile || d.properties || d.email {
		add(u.event(directoryv1.Updated, now))
	}
	if d.typ {
		add(u.typeChanged(before, now))
	}
	if d.active {
		kind := directoryv1.Deactivated
		if u.IsActive {
			kind = directoryv1.Reactivated
		}
		add(u.event(kind, now))
	}
	return events
}

func sameText(a, b *string) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
