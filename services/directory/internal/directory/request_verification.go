package directory

import (
	"context"
	"time"
)

// requestVerification asks an unverified user to verify their address: a fresh code in place of the old one, and the
// mail with it.
func (s *Service) requestVerification(ctx context.Context, tx Tx, u User, now time.Time) error {
	r := s.newRequest(u.ID, RequestRegistration, now)
	if err := tx.PutRequest(ctx, r); err != nil {
		return err
	}
	return tx.QueueMail(ctx, codeMail(u, r, now))
}

// codeMail is the mail that carries the code of r to u.
func codeMail(u User, r VerificationRequest, now time.Time) Mail {
	m := Mail{
		UserID: u.ID, Kind: MailKind(r.TypeCode), Recipient: u.Email, FirstName: u.FirstName,
		Code: r.Code, CodeExpiresAt: r.ExpiresAt, QueuedAt: now,
	}
	if r.NewEmail != nil {
		m.Recipient = *r.NewEmail
	}
	return m
}
