package identity

import (
	"context"
	"errors"
	"fmt"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/libs/usersapi"
)

// RegisterWith creates an account for a person whom a provider knows, links the two, and signs the owner in. The address
// counts as verified if the provider has verified it. email is used, unverified, when the provider gives no address.
//
// Errors: those of [Providers.Identify]; validation; ErrEmailExists when the address, or the provider's account, has an
// account already; limits.ErrUsedUp when the client's network registers too often.
func (s *Service) RegisterWith(ctx context.Context, p Provider, e Evidence, email string, client Client) (SignedIn, error) {
	in, err := s.attemptRegisterWith(ctx, p, e, email, client)
	return in, s.refused(ctx, AuditEntry{Action: ActRegister}, err)
}

func (s *Service) attemptRegisterWith(ctx context.Context, p Provider, e Evidence, email string, client Client) (SignedIn, error) {
	who, err := s.identify(ctx, p, e, client)
	if err != nil {
		return SignedIn{}, err
	}
	return s.registerPerson(ctx, who, email, client)
}

func (s *Service) registerPerson(ctx context.Context, who Person, email string, client Client) (SignedIn, error) {
	if err := s.throttle.Take(ctx, s.registrations(client.Network)...); err != nil {
		return SignedIn{}, err
	}
	email, registration, err := who.application(email)
	if err != nil {
		return SignedIn{}, err
	}
	now := s.now()
	a := newAccount(email, "", registration, now)
	a.AuthTypeCode, a.LastLoginAt = authTypes[who.Provider], &now
	return s.openedBy(ctx, ActRegister, client, func(ctx context.Context, tx Tx) (Account, identityv1.Kind, error) {
		if err := s.unlinked(ctx, tx, who); err != nil {
			return Account{}, "", err
		}
		if a.EmailVerified {
			// The owner of the address has come: an imported password no longer opens an account of it.
			l, err := tx.TakeLegacy(ctx, email)
			switch {
			case err == nil:
				a.Legacy = l.mark()
			case !errors.Is(err, ErrLegacyNotFound):
				return Account{}, "", err
			}
		}
		stored, err := tx.InsertAccount(ctx, a)
		if err != nil {
			return Account{}, "", err
		}
		return stored, identityv1.Registered, s.link(ctx, tx, who, stored.UserID)
	})
}

// application returns the address and the data of a registration. The provider's names are taken as far as they are valid.
func (who Person) application(email string) (string, identityv1.Registration, error) {
	if who.Email != "" {
		email = who.Email
	} else if email == "" {
		return "", identityv1.Registration{}, errs.InvalidField("email", "is required: the provider gives no address")
	}
	parsed, err := usersapi.ParseEmail(email)
	if err != nil {
		return "", identityv1.Registration{}, errs.InvalidField("email", err.Error())
	}
	return parsed, identityv1.Registration{
		Username: checkUsername(nil, parsed, func(string, string) {}), FirstName: validName(who.FirstName), LastName: validName(who.LastName),
		TypeCode: TypeNotSubscribed, EmailVerified: who.Email != "" && who.EmailVerified,
	}, nil
}

// validName returns nil for a name that users could not have chosen.
func validName(name *string) *string {
	parsed, err := usersapi.ParseOptionalName(name)
	if err != nil {
		return nil
	}
	return parsed
}

// unlinked returns ErrEmailExists when the provider's account is linked to somebody: who registers again shall sign in.
func (s *Service) unlinked(ctx context.Context, tx Tx, who Person) error {
	_, err := tx.UserOfLink(ctx, who.Provider, who.Subject)
	if err == nil {
		return ErrEmailExists
	}
	if errors.Is(err, ErrLinkNotFound) {
		return nil
	}
	return err
}

// link stores that the provider's account belongs to the user, and that the evidence was used.
func (s *Service) link(ctx context.Context, tx Tx, who Person, userID int64) error {
	if err := usedOnce(ctx, tx, who); err != nil {
		return err
	}
	return tx.InsertLink(ctx, Link{Provider: who.Provider, Subject: who.Subject, UserID: userID, CreatedAt: s.now()})
}

// openedBy opens a session of the account that enter returns, and records and publishes what happened to it.
func (s *Service) openedBy(ctx context.Context, action Action, client Client, enter func(ctx context.Context, tx Tx) (Account, identityv1.Kind, error)) (SignedIn, error) {
	var a Account
	var session Session
	var refresh string
	now := s.now()
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		var kind identityv1.Kind
		if a, kind, err = enter(ctx, tx); err != nil {
			return err
		}
		if session, refresh, err = s.openSession(ctx, tx, a.UserID, client, now); err != nil {
			return err
		}
		if err := s.doneBy(ctx, action, a, session.ID); err != nil {
			return err
		}
		return tx.Publish(ctx, a.State(), a.event(kind, now, session.ID))
	})
	if err != nil {
		return SignedIn{}, fmt.Errorf("%s: %w", action, err)
	}
	in, err := s.signedIn(ctx, a, session, refresh, now)
	in.Version = a.Version
	return in, err
}
