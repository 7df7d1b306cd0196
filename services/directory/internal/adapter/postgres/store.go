// Package postgres keeps directory's users, verification requests and mail in PostgreSQL, and answers its lists.
package postgres

import (
	"context"
	"time"

	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/roster"
)

// Store is directory's database. It implements the ports [directory.Store] and [directory.MailQueue].
type Store struct {
	db   *gorm.DB
	now  func() time.Time
	wake chan struct{}
}

var (
	_ directory.Store     = (*Store)(nil)
	_ directory.MailQueue = (*Store)(nil)
)

// New returns a store on a database with [Migrations] and those of libs/outbox applied. now is the clock for event
// timestamps.
func New(db *gorm.DB, now func() time.Time) *Store {
	return &Store{db: db, now: now, wake: make(chan struct{}, 1)}
}

// Tx runs fn in a transaction, or in the one that ctx carries.
func (s *Store) Tx(ctx context.Context, fn func(ctx context.Context, tx directory.Tx) error) error {
	return pg.Tx(ctx, s.db, func(ctx context.Context, db *gorm.DB) error { return fn(ctx, tx{db, s}) })
}

// Roster returns the roster's store, in the same database.
func (s *Store) Roster() RosterStore { return RosterStore{s} }

// RosterStore implements the port [roster.Store].
type RosterStore struct{ store *Store }

var _ roster.Store = RosterStore{}

// Tx runs fn in a transaction, or in the one that ctx carries.
func (r RosterStore) Tx(ctx context.Context, fn func(ctx context.Context, tx roster.Tx) error) error {
	return pg.Tx(ctx, r.store.db, func(ctx context.Context, db *gorm.DB) error { return fn(ctx, tx{db, r.store}) })
}

// tx is the store inside a transaction.
type tx struct {
	db    *gorm.DB
	store *Store
}

// Publish appends to the outbox.
func (t tx) Publish(ctx context.Context, payloads ...contracts.Payload) error {
	return outbox.Append(ctx, t.db, directory.Name, t.store.now(), payloads...)
}
