package roster

import (
	"context"

	"muster/libs/contracts"
	"muster/services/directory/internal/directory"
)

// Store stores the roster, the imports and their reports.
type Store interface {
	// Tx runs fn in one transaction. The changes made through tx take effect only if fn returns nil. fn may run more
	// than once after a conflict, so it must have no other side effects.
	Tx(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
}

// Tx is the store inside a transaction. Locks last until the transaction ends.
type Tx interface {
	// LockRoster returns the legacy users with one of the ids or one of the addresses, and the live users with one of
	// the addresses. Only one transaction at a time can hold this lock. It also waits for every transaction that has
	// looked up one of the addresses through [directory.Roster], so a registration and an import of the same address
	// always see each other.
	LockRoster(ctx context.Context, ids []int64, emails []string) ([]LegacyUser, []directory.User, error)
	// PutLegacyUsers stores legacy users and replaces those with the same ids, which must be distinct. The caller must
	// hold LockRoster for their ids and addresses.
	PutLegacyUsers(ctx context.Context, users ...LegacyUser) error

	// GiveProperties stores the properties of a live user that has none.
	GiveProperties(ctx context.Context, userID int64, p directory.Properties) error

	Imports

	// UpdateUser stores a user returned by LockRoster.
	UpdateUser(ctx context.Context, u directory.User) error
	// Publish publishes payloads, those of one user in the order of the calls.
	Publish(ctx context.Context, payloads ...contracts.Payload) error
}

// Imports are the imports and their reports in a transaction.
type Imports interface {
	// LockImport locks and returns an import, or ErrImportNotFound.
	LockImport(ctx context.Context, id string) (Import, error)
	// CreateImport stores a new import. ErrImportRunning when one with this id exists.
	CreateImport(ctx context.Context, i Import) error
	// UpdateImport stores all fields of a locked import.
	UpdateImport(ctx context.Context, i Import) error
	// PutImportRows stores reports and replaces those of the same lines.
	PutImportRows(ctx context.Context, importID string, rows []ImportRow) error
	// ImportRowsFrom returns the reports of this line and all later lines, in order.
	ImportRowsFrom(ctx context.Context, importID string, line int64) ([]ImportRow, error)
	// CountActivating counts the activated rows whose legacy user is not linked to a user yet.
	CountActivating(ctx context.Context, importID string) (int64, error)
}

// LegacyAccounts is identity's import API, which stores password hashes of legacy users and creates their accounts.
type LegacyAccounts interface {
	// Offer sends at most 500 legacy users and returns their results in the same order. A dry run returns the results
	// without any effect. Offer is idempotent: a legacy user that got an account in an earlier call yields
	// LegacyExists. After an error, the legacy users may or may not have been processed.
	Offer(ctx context.Context, dryRun bool, users []LegacyAccount) ([]LegacyResult, error)
}
