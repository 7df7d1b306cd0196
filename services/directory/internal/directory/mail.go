package directory

import "time"

// MailKind says which message a mail is. A mail that carries the code of a verification request has the kind of its
// type.
type MailKind string

// The mails that directory sends.
const (
	// MailRegistration asks somebody who registered to verify their address.
	MailRegistration MailKind = RequestRegistration
	// MailPasswordReset brings the code with which somebody sets a new password.
	MailPasswordReset MailKind = RequestPasswordReset
	// MailEmailChange brings, to a new address, the code that makes it the user's.
	MailEmailChange MailKind = RequestEmailChange
	// MailEmailChanged tells a former address that it is not the user's any more. It carries no code.
	MailEmailChanged MailKind = "EMCH"
)

// Mail is a message in the queue.
type Mail struct {
	// ID is given by the queue.
	ID     int64
	UserID int64
	Kind   MailKind
	// Recipient is the address it goes to, which need not be the user's own any more.
	Recipient string
	// FirstName greets the recipient; nil when unknown.
	FirstName *string
	// Code is the verification code in it; empty in a mail that carries none.
	Code string
	// CodeExpiresAt is when the code becomes worthless; zero without a code.
	CodeExpiresAt time.Time
	QueuedAt      time.Time
	// Attempts counts how often it was handed to the mailer, the attempt under way included.
	Attempts int
}

const (
	firstRetry  = 10 * time.Second
	slowestPace = time.Hour
	// giveUpAfter is how long a mail is worth trying, if its code lives that long.
	giveUpAfter = 24 * time.Hour
	// mailLease is how long a claimed mail is left to the replica that claimed it. A replica that dies in between
	// delays the mail by this, so it is little more than the mailer's own timeout.
	mailLease = time.Minute
)

// stale says whether the mail brings a code that has become worthless by time. The code's last second still counts.
func (m Mail) stale(now time.Time) bool { return m.Code != "" && now.After(m.CodeExpiresAt) }

// retryAt is when a mail whose attempt has just failed is tried again: after 10 s, and then after twice as long each
// time, up to an hour. worthwhile is false when it would be too late.
func (m Mail) retryAt(now time.Time) (at time.Time, worthwhile bool) {
	pause := slowestPace
	if doublings := m.Attempts - 1; doublings < 9 { // 10 s doubled nine times is beyond an hour
		pause = min(firstRetry<<max(doublings, 0), slowestPace)
	}
	at = now.Add(pause)
	return at, at.Sub(m.QueuedAt) <= giveUpAfter && !m.stale(at)
}
