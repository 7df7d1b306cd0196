// Package postgres keeps identity's state in PostgreSQL. Its transactions are those of libs/pg: they join the
// transaction that the context carries. That is how a batch of events commits together with its offset.
package postgres

import (
	"context"
	"embed"
	"time"

	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/usersapi/emailkeys"
	"muster/services/identity/internal/identity"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations create identity's tables.
var Migrations = pg.Embedded("identity", files)

// Store is identity's database.
type Store struct {
	db  *gorm.DB
	now func() time.Time
}

var (
	_ identity.Store        = (*Store)(nil)
	_ identity.KeyStore     = (*Store)(nil)
	_ identity.Flows        = (*Store)(nil)
	_ identity.Trail        = (*Store)(nil)
	_ identity.Factors      = (*Store)(nil)
	_ identity.PasskeyStore = (*Store)(nil)
	_ identity.Tx           = (*tx)(nil)
)

// New returns a store on a database with [Migrations] and the outbox's migrations applied. now is the clock for event
// timestamps.
func New(db *gorm.DB, now func() time.Time) *Store { return &Store{db, now} }

// Tx runs fn in a transaction of libs/pg.
func (s *Store) Tx(ctx context.Context, fn func(ctx context.Context, tx identity.Tx) error) error {
	return pg.Tx(ctx, s.db, func(ctx context.Context, db *gorm.DB) error {
		return fn(ctx, &tx{db, s.now})
	})
}

// EmailKeys are the tables that hold addresses.
var EmailKeys = []emailkeys.Table{
	{Name: "accounts", ID: "user_id", Unique: emailUnique},
	{Name: "legacy_accounts", ID: "legacy_user_id", Unique: legacyEmailUnique},
}

// tx is one transaction, or a savepoint in one.
type tx struct {
	db  *gorm.DB
	now func() time.Time
}

// Publish appends to the outbox.
func (t *tx) Publish(ctx context.Context, payloads ...contracts.Payload) error {
	return outbox.Append(ctx, t.db, identity.Name, t.now(), payloads...)
}
