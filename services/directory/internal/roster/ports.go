package roster

import (
	"context"

	"muster/libs/contracts"
	"muster/services/directory/internal/directory"
)

// Store keeps the roster, the imports and their reports.
type Store interface {
	// Tx runs fn in one transaction: all that fn does through tx takes effect together when fn returns nil, and
	// nothing of it otherwise. fn may run more than once when transactions collide, so it must have no effect outside.
	Tx(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
}

// Tx is the store inside a transaction. What is locked stays so until the transaction ends.
type Tx interface {
	// LockRoster gives everybody on the roster who has one of the ids or one of the addresses, and the live
	// users who have one of the addresses. One transaction at a time gets past it. It also waits for every transaction
	// that has asked for one of the addresses by [directory.Roster], so that a registration and an import of one address
	// do not miss each other.
	LockRoster(ctx context.Context, ids []int64, emails []string) ([]LegacyUser, []directory.User, error)
	// PutLegacyUsers stores legacy users in place of those with the same ids. None may be named twice. Those whom
	// LockRoster would have given must be locked.
	PutLegacyUsers(ctx context.Context, users ...LegacyUser) error

	Imports

	// UpdateUser stores a user whom LockRoster gave.
	UpdateUser(ctx context.Context, u directory.User) error
	// Publish hands payloads to the other services, those of one user in the order of the calls.
	Publish(ctx context.Context, payloads ...contracts.Payload) error
}

// Imports are the imports of rosters, and their reports, in a transaction.
type Imports interface {
	// LockImport locks and gives an import, or ErrImportNotFound.
	LockImport(ctx context.Context, id string) (Import, error)
	// CreateImport stores a new import. ErrImportRunning when there is one with this id.
	CreateImport(ctx context.Context, i Import) error
	// UpdateImport stores all of an import that is locked.
	UpdateImport(ctx context.Context, i Import) error
	// PutImportRows stores reports in place of those of the same lines.
	PutImportRows(ctx context.Context, importID string, rows []ImportRow) error
	// ImportRowsFrom gives the reports of the lines from this one on, in order.
	ImportRowsFrom(ctx context.Context, importID string, line int64) ([]ImportRow, error)
	// CountActivating counts the rows that were activated and whose legacy user has not become a user yet.
	CountActivating(ctx context.Context, importID string) (int64, error)
}

// LegacyAccounts is identity, which keeps password hashes of legacy users and makes their accounts.
type LegacyAccounts interface {
	// Offer hands over legacy users, 500 at most, and gives what became of each in the same order. In a dry run it gives
	// what would become of them. It may be repeated: who has an account by then exists, and nobody gets a second one. An
	// error says nothing about what was done.
	Offer(ctx context.Context, dryRun bool, users []LegacyAccount) ([]LegacyResult, error)
}
