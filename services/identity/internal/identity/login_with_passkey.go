package identity

import (
	"context"
	"errors"
	"fmt"

	"muster/libs/contracts/identityv1"
)

// AskForPasskey begins a sign-in without a password, and returns what the browser is asked. It is good for five minutes.
//
// Errors: limits.ErrUsedUp when the client's network begins too many.
func (s *Service) AskForPasskey(ctx context.Context, client Client) (options []byte, err error) {
	if err := s.throttle.Take(ctx, s.passkeyUses(client.Network)); err != nil {
		return nil, err
	}
	prompt, err := s.passkeys.RequestAny()
	if err == nil {
		err = s.passkeyStore.PutCeremony(ctx, Ceremony{
			Hash: hashOf(prompt.Challenge), Kind: CeremonySignIn, State: prompt.State, ExpiresAt: s.now().Add(ceremonyLife),
		})
	}
	if err != nil {
		return nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	return prompt.Options, nil
}

// LoginWithPasskey signs in the owner of a passkey whose authenticator has verified its user. That is two factors, so no other
// is asked for. Every answer uses its challenge up.
//
// Errors: ErrPasskeyInvalid; ErrAccountInactive, only after the right passkey; limits.ErrUsedUp when the client's network tries
// too often.
func (s *Service) LoginWithPasskey(ctx context.Context, answer []byte, client Client) (SignedIn, error) {
	if err := s.throttle.Take(ctx, s.passkeyUses(client.Network)); err != nil {
		return SignedIn{}, err
	}
	c, userID, err := s.claimed(ctx, answer)
	if err != nil {
		return SignedIn{}, s.refused(ctx, AuditEntry{Action: ActSignIn, TargetID: userID}, err)
	}
	in, err := s.openedBy(ctx, ActSignIn, client, func(ctx context.Context, tx Tx) (Account, identityv1.Kind, error) {
		a, err := tx.LockAccount(ctx, userID)
		if err != nil {
			return Account{}, "", err
		}
		now := s.now()
		if err := s.usePasskey(ctx, a, c, answer, now); err != nil {
			return Account{}, "", err
		}
		if !a.Active {
			return Account{}, "", ErrAccountInactive
		}
		a = a.SignIn(now)
		return a, identityv1.SignedIn, tx.UpdateAccount(ctx, a)
	})
	return in, s.refused(ctx, AuditEntry{Action: ActSignIn, TargetID: userID}, err)
}

// claimed uses the ceremony of an answer up, and returns it with the user whose passkey the answer claims to be from.
func (s *Service) claimed(ctx context.Context, answer []byte) (c Ceremony, userID int64, err error) {
	claim, err := s.passkeys.Claimed(answer)
	if err != nil {
		return Ceremony{}, 0, err
	}
	if c, err = s.takeCeremony(ctx, CeremonySignIn, claim.Challenge); err != nil {
		return Ceremony{}, 0, err
	}
	userID, err = s.passkeyStore.UserOfPasskey(ctx, claim.CredentialID)
	if errors.Is(err, ErrPasskeyNotFound) {
		err = ErrPasskeyInvalid
	}
	return c, userID, err
}
