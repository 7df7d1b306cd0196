package identity

import (
	"context"
	"time"

	"muster/libs/contracts"
)

// Store keeps accounts, sessions and refresh tokens, and publishes what changed.
type Store interface {
	// Tx runs fn in a transaction. Changes and publications made through tx take effect only if fn returns nil. If ctx
	// already carries a transaction, fn runs inside it under a savepoint. fn may run more than once, and must pass on
	// the context that it receives.
	Tx(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
	// AccountByEmail finds the account that signs in with the address; ErrAccountNotFound when
	// there is none. Displaced and deleted accounts are not found.
	AccountByEmail(ctx context.Context, email string) (Account, error)
	// FollowQuietly stores the versions of users whose accounts have followed the last change that identity acts on. It
	// returns, by user, the versions that the accounts have followed then. Unknown users are left out. Each user occurs once.
	FollowQuietly(ctx context.Context, users []User) (map[int64]int64, error)
	// LegacyByEmail finds the legacy account with the address; ErrLegacyNotFound when there is none.
	LegacyByEmail(ctx context.Context, email string) (LegacyAccount, error)
	// OpenSessions returns at most limit sessions of a user that have neither ended nor expired, the last used first, and
	// how many there are.
	OpenSessions(ctx context.Context, userID int64, now time.Time, limit int) (sessions []Session, total int, err error)
	// SessionBegan returns when an open session of the user was opened; ErrSessionNotFound when there is none.
	SessionBegan(ctx context.Context, userID int64, sessionID string) (time.Time, error)
	// SessionNetwork returns the network from which a session of the user was opened or refreshed last, also after its end;
	// ErrSessionNotFound when it is not stored.
	SessionNetwork(ctx context.Context, userID int64, sessionID string) (string, error)
	// PurgeSessions deletes at most limit sessions that have expired or ended, and as many refresh tokens that have
	// expired. It returns the number of deleted rows.
	PurgeSessions(ctx context.Context, now time.Time, limit int) (int, error)
}

// Tx is a transaction of the Store. What it locks stays locked until the transaction ends.
type Tx interface {
	// InsertAccount stores a new account and returns it with its user id; ErrEmailExists when the address signs in
	// another account. The transaction is then unusable.
	InsertAccount(ctx context.Context, a Account) (Account, error)
	// LockAccount reads and locks the account, even a deleted one; ErrAccountNotFound when it never existed.
	LockAccount(ctx context.Context, userID int64) (Account, error)
	// LockAccounts reads and locks at most limit accounts with ids from first to last, including deleted ones, in
	// ascending order.
	LockAccounts(ctx context.Context, first, last int64, limit int) ([]Account, error)
	// LockClaimants reads and locks, by ascending id, all accounts with the address: the one that signs in with it and
	// those displaced from it.
	LockClaimants(ctx context.Context, email string) ([]Account, error)
	// UpdateAccount stores all of a locked account; ErrEmailExists when the address signs in another account. The
	// transaction is then unusable.
	UpdateAccount(ctx context.Context, a Account) error

	SessionTx
	LegacyTx
	ProviderTx

	// Publish publishes the payloads, in this order, when the transaction commits.
	Publish(ctx context.Context, payloads ...contracts.Payload) error
}

// SessionTx is the part of [Tx] for sessions and their refresh tokens.
type SessionTx interface {
	// OpenSession stores a new session with its first refresh token.
	OpenSession(ctx context.Context, s Session, first RefreshToken) error
	// RefreshToken finds a refresh token and its session by the token's hash; ErrTokenNotFound when there is none.
	RefreshToken(ctx context.Context, hash []byte) (RefreshToken, Session, error)
	// RotateToken stores used.UsedAt and used.Salt, the successor, and when and by which client the session was last used
	// and when it expires. ErrTokenNotFound when the token is unknown or was used before.
	RotateToken(ctx context.Context, used, next RefreshToken, s Session) error
	// EndSession marks a session of the account as ended and reports whether it was open until now.
	EndSession(ctx context.Context, userID int64, id string, at time.Time) (bool, error)
	// EndSessions marks all sessions of an account opened at openedBy or earlier as ended, except the given one, whose
	// id may be empty. It returns the ids of those that were open, in any order.
	EndSessions(ctx context.Context, userID int64, openedBy time.Time, except string, at time.Time) (living []string, err error)
	// DropSessions deletes all sessions of an account with their tokens and personal data. It returns the ids of those
	// that had not ended, in any order.
	DropSessions(ctx context.Context, userID int64) (living []string, err error)
}

// LegacyTx is the part of [Tx] for imported users.
type LegacyTx interface {
	// TakeLegacy deletes and returns the legacy account with the address; ErrLegacyNotFound when there is none. Either
	// way, no other transaction can store one until this one ends.
	TakeLegacy(ctx context.Context, email string) (LegacyAccount, error)
	// LockLegacy waits for transactions that store or take legacy accounts, and blocks new ones until this transaction
	// ends. It returns the legacy accounts with one of the ids or one of the addresses.
	LockLegacy(ctx context.Context, ids []int64, emails []string) ([]LegacyAccount, error)
	// ReplaceLegacy deletes the legacy accounts with these ids and stores the given ones; ErrEmailExists when two would
	// share an address. The transaction is then unusable.
	ReplaceLegacy(ctx context.Context, ids []int64, with []LegacyAccount) error
	// AccountsByEmail reads the accounts that sign in with one of the addresses, in any order.
	AccountsByEmail(ctx context.Context, emails []string) ([]Account, error)
	// InsertAccounts is InsertAccount for several accounts with distinct addresses. It keeps their order.
	InsertAccounts(ctx context.Context, accounts []Account) ([]Account, error)
}

// Directory is the service that owns the addresses.
type Directory interface {
	// Redeem uses up a code that was mailed to an address. Errors: NO_VERIFICATION_REQUEST, INVALID_CODE with
	// attemptsRemaining and MAX_ATTEMPTS_EXCEEDED as auth-api.md says; RATE_LIMITED when the network tries too often;
	// UNAVAILABLE, and then the code may or may not be used up.
	Redeem(ctx context.Context, r Redemption) (Proof, error)
}

// The types of codes that set a password (users-api.md, section 1).
const (
	CodeReset      = "RPWR"
	CodeInvitation = "INVI"
)

// Redemption is a code that somebody presents to set a password.
type Redemption struct {
	Type    string // [CodeReset] or [CodeInvitation]
	Email   string
	Code    string
	Network string // where it comes from
}

// Proof says whose address a code has proved: a user's, or, with Legacy, a legacy user's that has no user.
type Proof struct {
	UserID int64
	// UserVersion is the version of directory's user that the proof produced; 0 when it produced none.
	UserVersion int64
	// Legacy lacks a password hash, and CreatedAt is zero when it is unknown.
	Legacy *LegacyAccount
}

// KeyStore keeps the signing keys that all replicas share.
type KeyStore interface {
	// SigningKeys reads all keys, ordered by the time from which they sign.
	SigningKeys(ctx context.Context) ([]SigningKey, error)
	// ChangeKeys passes the keys, ordered as by SigningKeys, to change and replaces them with its result. Only one
	// replica at a time runs ChangeKeys.
	ChangeKeys(ctx context.Context, change func(keys []SigningKey) ([]SigningKey, error)) error
}

// Tokens signs access tokens.
type Tokens interface {
	// NewKey generates a signing key whose private half only this installation can decrypt. Its times are zero.
	NewKey() (SigningKey, error)
	// Use replaces the current keys. If one of the new keys cannot be decrypted, it fails and keeps the old ones.
	Use(keys []SigningKey) error
	// Access signs a token with the newest key that signs at now. It never blocks.
	Access(now time.Time, grant Grant) (string, error)
}
