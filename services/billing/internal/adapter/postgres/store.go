// Package postgres keeps billing's data in PostgreSQL: the [billing.Store] and the stored answers to idempotent
// requests. Transactions travel in the context (libs/pg), so a store that a consumer calls joins the inbox's
// transaction.
package postgres

import (
	"context"
	"embed"
	"time"

	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations creates billing's own tables.
var Migrations = pg.Embedded("billing", files)

// Store implements billing.Store on PostgreSQL.
type Store struct{ db *gorm.DB }

var (
	_ billing.Store    = (*Store)(nil)
	_ billing.Answers  = (*Store)(nil)
	_ billing.AuditLog = (*Store)(nil)
)

// New creates a store. The database must have [Migrations] and outbox.Migrations.
func New(db *gorm.DB) *Store { return &Store{db} }

// Tx implements billing.Accounts.
func (s *Store) Tx(ctx context.Context, fn func(ctx context.Context, tx billing.Tx) error) error {
	return pg.Tx(ctx, s.db, func(ctx context.Context, db *gorm.DB) error { return fn(ctx, tx{db}) })
}

// tx implements billing.Tx on the context's transaction.
type tx struct{ db *gorm.DB }

func (t tx) Publish(ctx context.Context, now time.Time, payloads ...contracts.Payload) error {
	return outbox.Append(ctx, pg.From(ctx, t.db), billing.Name, now, payloads...)
}

// Ticket implements billing.Accounts. It is one statement outside any transaction of the caller, because a ticket must
// be committed before the fetch that uses it.
func (s *Store) Ticket(ctx context.Context, object string) (int64, error) {
	var ticket int64
	err := s.db.WithContext(ctx).Raw(`
		INSERT INTO object_tickets AS t (object, issued, applied) VALUES (?, 1, 0)
		ON CONFLICT (object) DO UPDATE SET issued = t.issued + 1
		RETURNING issued`, object).Scan(&ticket).Error
	return ticket, pg.Wrap("ticket", err)
}

func (t tx) Apply(ctx context.Context, object string, ticket int64) (bool, error) {
	n, err := pg.Exec(ctx, t.db, "apply ticket", `UPDATE object_tickets SET applied = ? WHERE object = ? AND applied < ?`, ticket, object, ticket)
	return n == 1, err
}

// single returns the one element of found, or the error none if found is empty. There is at most one.
func single[T any](found []T, err, none error) (v T, _ error) {
	switch {
	case err != nil:
		return v, err
	case len(found) == 0:
		return v, none
	}
	return found[0], nil
}
