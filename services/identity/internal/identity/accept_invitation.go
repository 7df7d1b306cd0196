package identity

import (
	"context"
	"fmt"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
)

// Acceptance is the input of an invited user.
type Acceptance struct {
	Email    string
	Code     string
	Password string
}

// AcceptInvitation sets the password of an invited user and signs the user in. The code proves the address, as in
// ResetPassword.
//
// Errors: validation, field by field, before the code is tried; those of [Directory.Redeem].
func (s *Service) AcceptInvitation(ctx context.Context, in Acceptance, client Client) (SignedIn, error) {
	email, err := s.checkAcceptance(in)
	if err != nil {
		return SignedIn{}, err
	}
	proof, err := s.directory.Redeem(ctx, Redemption{Type: CodeInvitation, Email: email, Code: in.Code, Network: client.Network})
	if err != nil {
		return SignedIn{}, s.refused(ctx, AuditEntry{Action: ActAcceptInvitation}, err)
	}
	ctx, cancel := afterProof(ctx)
	defer cancel()
	hash, err := s.guard.HashPassword(ctx, in.Password)
	if err != nil {
		return SignedIn{}, err
	}
	now := s.now()
	var a Account
	var session Session
	var refresh string
	err = s.provenTx(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if a, _, err = s.setProven(ctx, tx, proven{email: email, proof: proof, hash: hash, now: now, signIn: true}); err != nil {
			return err
		}
		if session, refresh, err = s.openSession(ctx, tx, a.UserID, client, now); err != nil {
			return err
		}
		if err := s.doneBy(ctx, ActAcceptInvitation, a, session.ID); err != nil {
			return err
		}
		return tx.Publish(ctx, a.State(), a.event(identityv1.SignedIn, now, session.ID))
	})
	if err != nil {
		return SignedIn{}, fmt.Errorf("accept invitation: %w", err)
	}
	signedIn, err := s.signedIn(ctx, a, session, refresh, now)
	signedIn.Version, signedIn.UserVersion = a.Version, proof.UserVersion
	return signedIn, err
}

// checkAcceptance validates all fields and says what is wrong with each.
func (s *Service) checkAcceptance(in Acceptance) (email string, err error) {
	var wrong []errs.Field
	refuse := func(field, message string) { wrong = append(wrong, errs.Field{Field: field, Message: message}) }
	email = checkEmail(in.Email, refuse)
	checkCode(in.Code, refuse)
	s.checkPassword("password", in.Password, in.Email, refuse)
	if len(wrong) > 0 {
		return "", errs.Invalid(wrong...)
	}
	return email, nil
}
