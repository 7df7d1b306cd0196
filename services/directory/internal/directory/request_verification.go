package directory

import (
	"context"
	"time"
)

// requestVerification asks an unverified user to verify their address: a fresh code in place of the old one, and the
// mail with it.
func (s *Service) requestVerification(ctx context.Context, tx Tx, u User, now time.Time) error {
	r := VerificationRequest{
		UserID: u.ID, TypeCode: RequestRegistration, Code: s.newCode(), CreatedOn: now, ExpiresAt: now.Add(s.codeLife),
	}
	if err := tx.PutRequest(ctx, r); err != nil {
		return err
	}
	return mailCode(ctx, tx, u, r, now)
}

// mailCode queues the mail that carries the code of r.
func mailCode(ctx context.Context, tx Tx, u User, r VerificationRequest, now time.Time) error {
	return tx.QueueMail(ctx, Mail{
		UserID: u.ID, Kind: MailKind(r.TypeCode), Recipient: u.Email, FirstName: u.FirstName,
		Code: r.Code, CodeExpiresAt: r.ExpiresAt, QueuedAt: now,
	})
}
