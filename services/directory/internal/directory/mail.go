package directory

import "time"

// MailKind is the kind of a mail. A mail with the code of a verification request has the request's type as its kind.
type MailKind string

// The mails that directory sends.
const (
	// MailRegistration asks a newly registered user to verify the address. In the queue it may be an order, as below.
	MailRegistration MailKind = RequestRegistration
	// MailPasswordReset carries the code for setting a new password. In the queue it may be an order: it has no user and
	// no code, and CodeExpiresAt is when the order lapses.
	MailPasswordReset MailKind = RequestPasswordReset
	// MailInvitation carries the code with which an invited user sets the first password.
	MailInvitation MailKind = RequestInvitation
	// MailEmailChange carries the code that confirms a new address, and goes to that address.
	MailEmailChange MailKind = RequestEmailChange
	// MailEmailChanged tells the former address that it has been replaced. It carries no code.
	MailEmailChanged MailKind = "EMCH"
	// MailPasswordChanged tells a user that the password was changed or reset. It carries no code, like the next one.
	MailPasswordChanged MailKind = "PWCH"
	// MailTokenReused tells a user that a session was ended because its refresh token was used twice.
	MailTokenReused MailKind = "RTRU"
	// MailFactorAdded and MailFactorRemoved tell a user that the account has another second factor, or one less.
	MailFactorAdded   MailKind = "FADD"
	MailFactorRemoved MailKind = "FREM"
	// MailThunder asks a user of Thunder's clients to verify the address. Its code is the verification token, which does
	// not expire.
	MailThunder MailKind = "THUN"
)

// Mail is a message in the queue.
type Mail struct {
	// ID is assigned by the queue.
	ID int64
	// UserID is 0 for a legacy user and in an order.
	UserID int64
	Kind   MailKind
	// Recipient is the address of the mail, which may no longer be the user's.
	Recipient string
	// FirstName is for the greeting; nil when unknown, and in mail to an address that is not verified: anybody can have mail
	// sent there, and the name could carry a message.
	FirstName *string
	// Declinable is true in a registration letter with which [Service.DeclineRegistration] deletes the user.
	Declinable bool
	// Code is the verification code; empty in a mail without one.
	Code string
	// CodeExpiresAt is when the code expires; zero without a code, and for a code that does not expire.
	CodeExpiresAt time.Time
	QueuedAt      time.Time
	// Attempts counts the deliveries attempted so far, including the current one.
	Attempts int
}

const (
	firstRetry  = 10 * time.Second
	slowestPace = time.Hour
	// giveUpAfter is how long a mail is retried, provided its code lives that long.
	giveUpAfter = 24 * time.Hour
	// mailLease is how long a claim on a mail lasts. A replica that dies delays its claimed mail by this, so it is only
	// slightly more than the mailer's timeout.
	mailLease = time.Minute
)

// stale reports whether the mail's code has expired. The code is valid through its last second.
func (m Mail) stale(now time.Time) bool {
	return !m.CodeExpiresAt.IsZero() && now.After(m.CodeExpiresAt)
}

// retryAt returns when to retry a mail after a failed attempt: after 10 s, then with a doubled delay each time, up to
// an hour. worthwhile is false when a retry would be too late.
func (m Mail) retryAt(now time.Time) (at time.Time, worthwhile bool) {
	pause := slowestPace
	if doublings := m.Attempts - 1; doublings < 9 { // 10 s doubled nine times is beyond an hour
		pause = min(firstRetry<<max(doublings, 0), slowestPace)
	}
	at = now.Add(pause)
	return at, at.Sub(m.QueuedAt) <= giveUpAfter && !m.stale(at)
}
