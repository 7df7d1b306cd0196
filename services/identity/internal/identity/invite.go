package identity

import (
	"context"
	"fmt"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/libs/usersapi"
)

// Invitation is what an administrator invites a user with.
type Invitation struct {
	Email     string
	Username  *string // nil: the address before the "@"
	FirstName *string
	LastName  *string
	TypeCode  *string // nil: a user without a subscription
}

// Invited is the account of an invited user.
type Invited struct {
	UserID  int64
	Version int64
}

// Invite creates an account without a password. Directory creates its user and mails the code with which the user sets the
// first password; see AcceptInvitation. A legacy account with the address stays unchanged, because the address is not
// verified.
//
// Errors: validation, field by field; ErrStepUpRequired for a new administrator; ErrEmailExists, also for the loser of two concurrent calls.
func (s *Service) Invite(ctx context.Context, by SessionOf, in Invitation) (Invited, error) {
	email, registration, err := in.check()
	if err != nil {
		return Invited{}, err
	}
	if registration.TypeCode == TypeAdministrator {
		if err := s.requireFresh(ctx, by); err != nil {
			return Invited{}, s.refused(ctx, AuditEntry{Action: ActInvite}, fmt.Errorf("invite: %w", err))
		}
	}
	if err := s.free(ctx, email); err != nil {
		return Invited{}, s.refused(ctx, AuditEntry{Action: ActInvite}, err)
	}
	now := s.now()
	a := newAccount(email, "", registration, now)
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if a, err = tx.InsertAccount(ctx, a); err != nil {
			return err
		}
		if err := s.done(ctx, AuditEntry{Action: ActInvite, TargetID: a.UserID}); err != nil {
			return err
		}
		return tx.Publish(ctx, a.State(), a.event(identityv1.Registered, now, ""))
	})
	if err != nil {
		return Invited{}, fmt.Errorf("invite: %w", err)
	}
	return Invited{UserID: a.UserID, Version: a.Version}, nil
}

// check validates all fields and says what is wrong with each.
func (in Invitation) check() (string, identityv1.Registration, error) {
	var wrong []errs.Field
	refuse := func(field, message string) { wrong = append(wrong, errs.Field{Field: field, Message: message}) }

	email := checkEmail(in.Email, refuse)
	r := identityv1.Registration{TypeCode: TypeNotSubscribed, Invited: true, Username: checkUsername(in.Username, email, refuse)}
	r.FirstName = checkOptionalName("firstName", in.FirstName, refuse)
	r.LastName = checkOptionalName("lastName", in.LastName, refuse)
	if in.TypeCode != nil {
		if r.TypeCode = *in.TypeCode; usersapi.TypeName(r.TypeCode) == "" {
			refuse("userTypeCode", "must be SUBS, NONS or ADMI")
		}
	}
	if len(wrong) > 0 {
		return "", identityv1.Registration{}, errs.Invalid(wrong...)
	}
	return email, r, nil
}
