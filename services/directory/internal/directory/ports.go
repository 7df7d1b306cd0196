package directory

import (
	"context"
	"time"

	"muster/libs/contracts"
)

// Store keeps users and all that belongs to them.
type Store interface {
	// Tx runs fn in one transaction: all that fn does through tx takes effect together when fn returns nil, and
	// nothing of it otherwise. fn may run more than once when transactions collide, so it must have no effect outside.
	Tx(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
}

// Tx is the store inside a transaction.
type Tx interface {
	Users
	Requests
	Outgoing
}

// Users are the users in a transaction. What is locked stays so until the transaction ends.
type Users interface {
	// LockUser gives the user, also as a tombstone. ErrUserNotFound when there never was one.
	LockUser(ctx context.Context, id int64) (User, error)
	// LockUserByEmail gives the live user with this address in any case, or ErrUserNotFound.
	LockUserByEmail(ctx context.Context, email string) (User, error)
	// LockUsersDue gives live users whose TypeDueAt is not after now, the longest due first, at most limit of them. It
	// leaves out those that another transaction holds and waits for nobody.
	LockUsersDue(ctx context.Context, now time.Time, limit int) ([]User, error)
	// CreateUser stores a new user, or a tombstone. ErrEmailExists when a live user has the address; nothing is stored
	// then, and the transaction goes on.
	CreateUser(ctx context.Context, u User) error
	// UpdateUser stores all of a user that is locked. ErrEmailExists when another live user has the address; the
	// transaction is then good for nothing more. A tombstone of a user who still has properties is an error.
	UpdateUser(ctx context.Context, u User) error
	// PutProperties stores the properties of a user that is locked in place of those there are, and says whether they
	// differ.
	PutProperties(ctx context.Context, id int64, p Properties) (changed bool, err error)
	// OtherActiveAdmins counts the active administrators besides this user. From the call to the end of the transaction
	// no other one gets past this call, so that the count stays true for those who ask before they take one away.
	OtherActiveAdmins(ctx context.Context, id int64) (int, error)
}

// Requests are the verification requests in a transaction.
type Requests interface {
	// LockRequest gives the user's request of this type, or ErrNoVerification.
	LockRequest(ctx context.Context, userID int64, typeCode string) (VerificationRequest, error)
	// PutRequest stores the request in place of the user's request of the same type, if there is one.
	PutRequest(ctx context.Context, r VerificationRequest) error
	// CloseRequests removes the user's requests of these types (of all types when none is given) and takes back the
	// mails of the same kinds that were not sent yet.
	CloseRequests(ctx context.Context, userID int64, typeCodes ...string) error
}

// Outgoing is what leaves the service when the transaction commits, and does not leave it otherwise.
type Outgoing interface {
	// QueueMail puts a mail into the queue, due at once.
	QueueMail(ctx context.Context, m Mail) error
	// CountMail counts the mails of this kind that were queued for the user at since or later, sent or not.
	CountMail(ctx context.Context, userID int64, kind MailKind, since time.Time) (int, error)
	// Publish hands payloads to the other services, those of one user in the order of the calls.
	Publish(ctx context.Context, payloads ...contracts.Payload) error
}

// MailQueue is the mail that waits to be sent. It survives restarts, and any number of replicas work it off.
type MailQueue interface {
	// ClaimMail takes the mail that is due for longest and leaves it to the caller until the given time; after that,
	// unless its outcome was noted, it is due again. Attempts counts this attempt. found is false when nothing is due.
	ClaimMail(ctx context.Context, now, until time.Time) (m Mail, found bool, err error)
	// MailSent notes that the mail is out, and forgets its recipient and its code. A mail that was taken back in the
	// meantime is no error.
	MailSent(ctx context.Context, id int64, now time.Time) error
	// MailFailed notes a failed attempt and when to try again.
	MailFailed(ctx context.Context, id int64, retryAt time.Time) error
	// MailAbandoned notes that the mail will not be tried again, and forgets its recipient and its code.
	MailAbandoned(ctx context.Context, id int64, now time.Time) error
	// UntriedMail counts the user's mails whose first attempt has not ended yet.
	UntriedMail(ctx context.Context, userID int64) (int, error)
	// PurgeMail removes what is left of mails that were sent or abandoned before the given time.
	PurgeMail(ctx context.Context, before time.Time) error
}

// Mailer sends mail.
type Mailer interface {
	// Send hands the mail to the mail system. An error means that it may not have been accepted. The same mail may be
	// sent again after that: it bears the same message id each time, so that mail systems can tell.
	Send(ctx context.Context, m Mail) error
}
