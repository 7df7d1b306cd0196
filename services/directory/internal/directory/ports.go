package directory

import (
	"context"
	"time"

	"muster/libs/contracts"
	"muster/libs/limits"
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
	Roster
}

// Users are the users in a transaction. What is locked stays so until the transaction ends.
type Users interface {
	// LockUser gives the user, also as a tombstone. ErrUserNotFound when there never was one.
	LockUser(ctx context.Context, id int64) (User, error)
	// LockUserByEmail gives the live user with this address, or ErrUserNotFound.
	LockUserByEmail(ctx context.Context, email string) (User, error)
	// LockUsers gives those of the users that are live, in the order of their ids. They are locked in that order, so
	// that batches which overlap wait for each other and do not deadlock.
	LockUsers(ctx context.Context, ids []int64) ([]User, error)
	// LockUserRange gives the users from id first to id last, also as tombstones, in the order of their ids and at most
	// limit of them.
	LockUserRange(ctx context.Context, first, last int64, limit int) ([]User, error)
	// LockUsersByEmail is LockUsers for the live users with these addresses.
	LockUsersByEmail(ctx context.Context, emails []string) ([]User, error)
	// EmailTaken says whether a live user has this address. It locks nobody: only CreateUser and UpdateUser
	// have the last word.
	EmailTaken(ctx context.Context, email string) (bool, error)
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
	// LockRequestByID gives the request with this id, or ErrRequestNotFound. It locks the user first, as everybody does.
	LockRequestByID(ctx context.Context, id int64) (VerificationRequest, error)
	// LockRequests gives all requests of these users, those of one user in no particular order.
	LockRequests(ctx context.Context, userIDs []int64) ([]VerificationRequest, error)
	// PutRequest stores each request in place of the user's request of the same type, if there is one. Unsent mails
	// that carry the code of that one are taken back. No two of the requests may be of one user and type.
	PutRequest(ctx context.Context, requests ...VerificationRequest) error
	// CloseRequests removes the user's requests of these types and takes back the mails of the same kinds that were not
	// sent yet. When no type is given, it removes all requests and takes back all mails, whatever their kind. A mail
	// that is taken back leaves the trace that an abandoned one leaves.
	CloseRequests(ctx context.Context, userID int64, typeCodes ...string) error
	// PurgeRequests removes requests that had expired before the given time, at most limit of them, and says how many.
	// It leaves out those that another transaction holds and waits for nobody.
	PurgeRequests(ctx context.Context, before time.Time, limit int) (int, error)
}

// Roster is the legacy users in a transaction, as far as users concern them; package roster fills it. Whoever asks for an
// address waits for every other transaction that has asked for it, also when nobody has it: so a user and an import of
// one address do not miss each other.
type Roster interface {
	// LockLegacyUser gives the id of the legacy user who waits for a user with this address, or
	// ErrLegacyUserNotFound.
	LockLegacyUser(ctx context.Context, email string) (legacyUserID int64, err error)
	// LinkLegacyUser notes that the legacy user, who is locked, has become this user.
	LinkLegacyUser(ctx context.Context, legacyUserID, userID int64) error
	// ReleaseLegacyUser lets the legacy user who has become this user wait again, if there is one.
	ReleaseLegacyUser(ctx context.Context, userID int64) error
	// ForgetLegacyUser removes what the roster says of the legacy user who has become this user, if there is one. That
	// there was one stays.
	ForgetLegacyUser(ctx context.Context, userID int64) error
}

// Outgoing is what leaves the service when the transaction commits, and does not leave it otherwise.
type Outgoing interface {
	// QueueMail puts a mail into the queue, due at once.
	QueueMail(ctx context.Context, m Mail) error
	// QueueClaimedMail puts mails into the queue that the caller sends itself, as if it had claimed them until the given
	// time: unless their outcome was noted by then, they are due. It gives them with their ids, in the same order.
	QueueClaimedMail(ctx context.Context, until time.Time, mails ...Mail) ([]Mail, error)
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
	// Send hands the mail to the mail system. An error means that it may not have been accepted, and never names the
	// recipient. The same mail may be sent again after that: it bears the same message id each time, so that mail systems
	// can tell. The error wraps ErrMailRefused when sending again would not help.
	Send(ctx context.Context, m Mail) error
}

// Throttle counts events that are limited, on all replicas alike.
type Throttle interface {
	// Take counts one event for each use. When any of the limits is used up it counts nothing and returns
	// limits.ErrUsedUp, which says when to try again. What it counts in a transaction of the store goes with that.
	Take(ctx context.Context, uses ...limits.Use) error
}
