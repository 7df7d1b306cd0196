package identity

import (
	"context"
	"time"

	"muster/libs/contracts"
)

// Store keeps accounts, sessions and refresh tokens, and publishes what changed.
type Store interface {
	// Tx runs fn in a transaction: all that fn did through tx is kept, and published, when fn returns nil, and nothing
	// of it otherwise. If ctx already carries a transaction, fn runs inside that one under a savepoint. fn may run more
	// than once, and must pass on the context that it is given.
	Tx(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
	// AccountByEmail finds the account that signs in with the address; ErrAccountNotFound when
	// there is none. Displaced and deleted accounts are not found.
	AccountByEmail(ctx context.Context, email string) (Account, error)
	// LegacyByEmail finds the legacy account with the address; ErrLegacyNotFound when there is none.
	LegacyByEmail(ctx context.Context, email string) (LegacyAccount, error)
	// PurgeSessions deletes at most limit sessions that have expired or ended, and as many refresh tokens that have
	// expired. It returns how many rows went.
	PurgeSessions(ctx context.Context, now time.Time, limit int) (int, error)
}

// Tx is a transaction of the Store. What it locks stays locked until the transaction ends.
type Tx interface {
	// InsertAccount stores a new account and returns it with its user id; ErrEmailExists when the address signs in
	// somebody else. The transaction is then of no more use.
	InsertAccount(ctx context.Context, a Account) (Account, error)
	// LockAccount reads and locks the account, also a deleted one; ErrAccountNotFound when there never was one.
	LockAccount(ctx context.Context, userID int64) (Account, error)
	// LockAccounts reads and locks the accounts from id first to id last, also deleted ones, by ascending id and at most
	// limit of them.
	LockAccounts(ctx context.Context, first, last int64, limit int) ([]Account, error)
	// LockClaimants reads and locks, by ascending id, all accounts whose address this is: the
	// one that signs in with it and those displaced from it.
	LockClaimants(ctx context.Context, email string) ([]Account, error)
	// UpdateAccount stores all of a locked account; ErrEmailExists when the address signs in somebody else. The
	// transaction is then of no more use.
	UpdateAccount(ctx context.Context, a Account) error

	LegacyTx

	// OpenSession stores a new session with its first refresh token.
	OpenSession(ctx context.Context, s Session, first RefreshToken) error
	// RefreshToken finds a refresh token and its session by the token's hash; ErrTokenNotFound when there is none.
	RefreshToken(ctx context.Context, hash []byte) (RefreshToken, Session, error)
	// RotateToken marks the token as used at s.LastUsedAt, stores its successor, and stores when the session was last
	// used and expires.
	RotateToken(ctx context.Context, used []byte, next RefreshToken, s Session) error
	// EndSession marks the session as ended, and says whether it was a living one until now.
	EndSession(ctx context.Context, id string, at time.Time) (bool, error)
	// EndSessions marks the sessions of an account that were opened at a time or before as ended, but for one, whose id may
	// be empty. It returns the ids of those that were living, in any order.
	EndSessions(ctx context.Context, userID int64, openedBy time.Time, except string, at time.Time) (living []string, err error)
	// DropSessions forgets all sessions of an account with their tokens and all that they tell of the owner. It returns
	// the ids of those that had not been ended, in any order.
	DropSessions(ctx context.Context, userID int64) (living []string, err error)

	// Publish puts the payloads on their topics when the transaction commits, in this order.
	Publish(ctx context.Context, payloads ...contracts.Payload) error
}

// LegacyTx is the part of [Tx] that has to do with imported users.
type LegacyTx interface {
	// TakeLegacy removes the legacy account with the address, and returns it; ErrLegacyNotFound
	// when there is none. Either way nobody stores one until the transaction ends.
	TakeLegacy(ctx context.Context, email string) (LegacyAccount, error)
	// LockLegacy keeps all others from storing and taking legacy accounts until the transaction ends: it waits for those
	// who are at it. It returns the legacy accounts that have one of the ids or one of the addresses.
	LockLegacy(ctx context.Context, ids []int64, emails []string) ([]LegacyAccount, error)
	// ReplaceLegacy removes the legacy accounts with these ids and stores others; ErrEmailExists when two would have one
	// address. The transaction is then of no more use.
	ReplaceLegacy(ctx context.Context, ids []int64, with []LegacyAccount) error
	// AccountsByEmail reads the accounts that sign in with one of the addresses, in no order.
	AccountsByEmail(ctx context.Context, emails []string) ([]Account, error)
	// InsertAccounts is InsertAccount for many, whose addresses differ. The order stays.
	InsertAccounts(ctx context.Context, accounts []Account) ([]Account, error)
}

// KeyStore keeps the signing keys that all replicas share.
type KeyStore interface {
	// SigningKeys reads all keys, the one that signs last at the end.
	SigningKeys(ctx context.Context) ([]SigningKey, error)
	// ChangeKeys lets change see the keys as SigningKeys has them and stores what it returns in their place. No two
	// replicas are inside ChangeKeys at the same time.
	ChangeKeys(ctx context.Context, change func(keys []SigningKey) ([]SigningKey, error)) error
}

// Tokens signs access tokens.
type Tokens interface {
	// NewKey makes a signing key whose private half only this installation can read. Its times are left zero.
	NewKey() (SigningKey, error)
	// Use replaces the keys in hand. It fails, and keeps the old ones, when one of them cannot be read.
	Use(keys []SigningKey) error
	// Access signs a token with the newest key that signs at now. It does not wait for anything.
	Access(now time.Time, grant Grant) (string, error)
}
