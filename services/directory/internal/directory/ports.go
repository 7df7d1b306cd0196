package directory

import (
	"context"
	"time"

	"muster/libs/contracts"
	"muster/libs/limits"
)

// Store stores users and everything that belongs to them.
type Store interface {
	// Tx runs fn in one transaction. The changes made through tx take effect only if fn returns nil. fn may run more
	// than once after a conflict, so it must have no other side effects.
	Tx(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
}

// Tx is the store inside a transaction.
type Tx interface {
	Users
	Requests
	Outgoing
	Roster
	Thunder
}

// Users are the users in a transaction. Locks last until the transaction ends.
type Users interface {
	UserBatches
	// LockUser returns the user, even if it is a tombstone. ErrUserNotFound when it never existed.
	LockUser(ctx context.Context, id int64) (User, error)
	// LockUserByEmail returns the live user with this address, or ErrUserNotFound.
	LockUserByEmail(ctx context.Context, email string) (User, error)
	// Email returns the address of the live user, or ErrUserNotFound. It takes no lock, so the address may change until
	// the user is locked.
	Email(ctx context.Context, id int64) (string, error)
	// EmailTaken reports whether a live user has this address. It takes no lock, so only CreateUser and UpdateUser
	// decide.
	EmailTaken(ctx context.Context, email string) (bool, error)
	// CreateUser stores a new user or a tombstone. ErrEmailExists when a live user has the address; then nothing is
	// stored, and the transaction remains usable.
	CreateUser(ctx context.Context, u User) error
	// UpdateUser stores all fields of a locked user. ErrEmailExists when another live user has the address; the
	// transaction is then unusable. Storing a tombstone of a user that still has properties is an error.
	UpdateUser(ctx context.Context, u User) error
	// Properties returns the properties of a locked user. The order of members and the white space between them may differ
	// from what was put.
	Properties(ctx context.Context, id int64) (Properties, error)
	// PutProperties replaces the properties of a locked user and reports whether they changed.
	PutProperties(ctx context.Context, id int64, p Properties) (changed bool, err error)
	// OtherActiveAdmins counts the users for whom [User.IsActiveAdmin] holds, other than this one. It blocks other callers until the
	// transaction ends, so the count stays valid while a transaction removes an administrator.
	OtherActiveAdmins(ctx context.Context, id int64) (int, error)
}

// UserBatches locks and reads several users at once.
type UserBatches interface {
	// LockUserRange returns at most limit users with ids from first to last, including tombstones, ordered by id.
	LockUserRange(ctx context.Context, first, last int64, limit int) ([]User, error)
	// LockUsers returns the live ones of the users, ordered by id. It locks them in that order, so overlapping batches
	// wait for each other and do not deadlock.
	LockUsers(ctx context.Context, ids []int64) ([]User, error)
	// LockUsersByEmail is LockUsers for the live users with these addresses.
	LockUsersByEmail(ctx context.Context, emails []string) ([]User, error)
	// LockUsersDue returns at most limit live users whose TypeDueAt is not after now, the longest due first. It skips
	// users that another transaction has locked and never waits.
	LockUsersDue(ctx context.Context, now time.Time, limit int) ([]User, error)
}

// Requests are the verification requests in a transaction.
type Requests interface {
	// LockRequest returns the user's request of this type, or ErrNoVerification.
	LockRequest(ctx context.Context, userID int64, typeCode string) (VerificationRequest, error)
	// LockRequestByID returns the request with this id, or ErrRequestNotFound. It locks the user first, as all callers
	// do.
	LockRequestByID(ctx context.Context, id int64) (VerificationRequest, error)
	// LockRequests returns all requests of these users, in any order.
	LockRequests(ctx context.Context, userIDs []int64) ([]VerificationRequest, error)
	// PutRequest stores each request and replaces the user's request of the same type, if there is one. Unsent mails
	// with the replaced code are withdrawn. No two of the requests may have the same user and type.
	PutRequest(ctx context.Context, requests ...VerificationRequest) error
	// CloseRequests deletes the user's requests of these types and withdraws the unsent mails of the same kinds.
	// Without a type it deletes all requests and withdraws all mails of any kind. A withdrawn mail keeps a row, like an
	// abandoned one.
	CloseRequests(ctx context.Context, userID int64, typeCodes ...string) error
	// RaiseVersions increments the versions of these locked users, whose requests have changed.
	RaiseVersions(ctx context.Context, userIDs []int64) error
	// PurgeRequests deletes at most limit requests that expired before the given time and returns how many. It skips
	// rows that another transaction has locked.
	PurgeRequests(ctx context.Context, before time.Time, limit int) (int, error)
}

// Roster is the access to legacy users in a transaction; package roster fills the roster. Looking up an address waits
// for every other transaction that has looked it up, even if no legacy user has it. A registration and an import of the
// same address therefore always see each other.
type Roster interface {
	// LockLegacyUser returns the id of the legacy user that waits for this address, or ErrLegacyUserNotFound.
	LockLegacyUser(ctx context.Context, email string) (legacyUserID int64, err error)
	// LinkLegacyUser links the locked legacy user to this stored user. The user gets the legacy user's properties unless
	// it has some.
	LinkLegacyUser(ctx context.Context, legacyUserID, userID int64) error
	// ReleaseLegacyUser unlinks the legacy user of this user, if there is one. It waits for a user again. Properties that
	// the user has from the legacy user are deleted, unless they have changed since.
	ReleaseLegacyUser(ctx context.Context, userID int64) error
	// ForgetLegacyUser deletes the personal data of the legacy user linked to this user, if there is one. Its two ids
	// stay.
	ForgetLegacyUser(ctx context.Context, userID int64) error

	// LegacyProfile returns the profile of a locked legacy user.
	LegacyProfile(ctx context.Context, legacyUserID int64) (LegacyProfile, error)
	// LegacyReset returns the code with which a locked legacy user can set a password, or ErrNoVerification. Its UserID
	// is 0.
	LegacyReset(ctx context.Context, legacyUserID int64) (VerificationRequest, error)
	// PutLegacyReset stores the code and replaces the legacy user's earlier one.
	PutLegacyReset(ctx context.Context, legacyUserID int64, r VerificationRequest) error
	// DropLegacyReset deletes the code, if there is one.
	DropLegacyReset(ctx context.Context, legacyUserID int64) error
}

// Thunder is what is kept of locked users for Thunder's clients.
type Thunder interface {
	// ThunderRecord returns the user's record, the zero record when nothing is kept.
	ThunderRecord(ctx context.Context, userID int64) (ThunderRecord, error)
	// PutThunderRecord replaces the user's record. The zero record deletes it.
	PutThunderRecord(ctx context.Context, userID int64, r ThunderRecord) error
}

// Outgoing collects mail and payloads that are sent only if the transaction commits.
type Outgoing interface {
	// QueueMail adds a mail to the queue, due immediately.
	QueueMail(ctx context.Context, m Mail) error
	// QueueClaimedMail adds mails that the caller sends itself, already claimed until the given time. Without a recorded
	// outcome by then they are due. It returns them with their ids, in the same order.
	QueueClaimedMail(ctx context.Context, until time.Time, mails ...Mail) ([]Mail, error)
	// Publish publishes payloads to the other services. Those of one user keep the order of the calls.
	Publish(ctx context.Context, payloads ...contracts.Payload) error
}

// MailQueue is the persistent queue of unsent mail. Any number of replicas may process it.
type MailQueue interface {
	// ClaimMail claims the mail that has been due for longest, until the given time. Without a recorded outcome by
	// then, the mail is due again. Attempts includes this attempt. found is false when nothing is due.
	ClaimMail(ctx context.Context, now, until time.Time) (m Mail, found bool, err error)
	// MailSent records that the mail was sent, and deletes its recipient and code. It is no error if the mail was
	// withdrawn in the meantime.
	MailSent(ctx context.Context, id int64, now time.Time) error
	// MailFailed records a failed attempt and when to retry.
	MailFailed(ctx context.Context, id int64, retryAt time.Time) error
	// MailAbandoned records that the mail will not be retried, and deletes its recipient and code.
	MailAbandoned(ctx context.Context, id int64, now time.Time) error
	// UntriedMail counts the user's mails whose first attempt has not finished.
	UntriedMail(ctx context.Context, userID int64) (int, error)
	// PurgeMail deletes the rows of mails that were sent or abandoned before the given time.
	PurgeMail(ctx context.Context, before time.Time) error
}

// Mailer sends mail.
type Mailer interface {
	// Send hands the mail to the mail system. After an error the mail may or may not have been accepted, and it may be
	// sent again. Every attempt has the same message id, so mail systems can detect duplicates. The error never
	// contains the recipient. It wraps ErrMailRefused when a retry would not help.
	Send(ctx context.Context, m Mail) error
}

// Throttle counts events that are limited, on all replicas alike.
type Throttle interface {
	// Take counts one event for each use. When any of the limits is used up it counts nothing and returns
	// limits.ErrUsedUp, which says when to retry. Inside a transaction of the store the counts commit or roll back with it.
	Take(ctx context.Context, uses ...limits.Use) error
}
