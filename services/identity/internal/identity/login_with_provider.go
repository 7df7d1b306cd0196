package identity

import (
	"context"
	"errors"

	"muster/libs/contracts/identityv1"
)

// LoginWith signs in the user to whom the provider's account is linked. An account with the same verified address is linked
// on the way, if the provider also runs the mailbox: nobody but its owner can have that account of the provider. Of an account
// with a second factor nothing changes, and the result is [Pending].
//
// Errors: those of [Providers.Identify]; ErrNotRegistered; ErrAccountInactive; limits.ErrUsedUp when the client's network
// tries too often.
func (s *Service) LoginWith(ctx context.Context, p Provider, e Evidence, client Client) (SignedIn, error) {
	who, err := s.identify(ctx, p, e, client)
	if err != nil {
		return SignedIn{}, s.refused(ctx, AuditEntry{Action: ActSignIn}, err)
	}
	var target int64
	in, err := s.openedBy(ctx, ActSignIn, client, func(ctx context.Context, tx Tx) (Account, identityv1.Kind, error) {
		a, linked, err := s.accountOf(ctx, tx, who)
		target = a.UserID
		switch {
		case err != nil:
			return Account{}, "", err
		case a.Deleted:
			return Account{}, "", ErrNotRegistered
		case !a.Active:
			return Account{}, "", ErrAccountInactive
		}
		if err := s.alone(ctx, a.UserID); err != nil {
			return Account{}, "", err
		}
		if linked {
			err = usedOnce(ctx, tx, who)
		} else {
			err = s.link(ctx, tx, who, a.UserID)
		}
		if err != nil {
			return Account{}, "", err
		}
		a = a.SignIn(s.now())
		return a, identityv1.SignedIn, tx.UpdateAccount(ctx, a)
	})
	if errors.Is(err, errSecondFactor) {
		in.Pending, err = s.challenge(ctx, target)
	}
	return in, s.refused(ctx, AuditEntry{Action: ActSignIn, TargetID: target}, err)
}

// accountOf locks the account of a person, and says whether it is linked already.
func (s *Service) accountOf(ctx context.Context, tx Tx, who Person) (a Account, linked bool, err error) {
	userID, err := tx.UserOfLink(ctx, who.Provider, who.Subject)
	switch {
	case err == nil:
		a, err = tx.LockAccount(ctx, userID)
		return a, true, err
	case !errors.Is(err, ErrLinkNotFound):
		return Account{}, false, err
	case !who.EmailVerified || !who.OwnsMailbox:
		return Account{}, false, ErrNotRegistered
	}
	claimants, err := tx.LockClaimants(ctx, who.Email)
	if err != nil {
		return Account{}, false, err
	}
	for _, a := range claimants {
		// An unverified account may be a stranger's who waits for the owner to come in and verify it for them.
		if !a.Displaced && a.EmailVerified && !a.Deleted {
			return a, false, nil
		}
	}
	return Account{}, false, ErrNotRegistered
}
