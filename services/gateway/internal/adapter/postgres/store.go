// Package postgres keeps the gateway's read model in PostgreSQL: one flat row a user, so that a list sorts, filters and
// counts within one table.
package postgres

import (
	"context"
	"embed"
	"io/fs"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/services/gateway/internal/gateway"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations make the schema.
var Migrations = pg.Migrations{Name: "gateway", FS: must(fs.Sub(migrations, "migrations"))}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // The directory is embedded: it is there.
	}
	return v
}

// Store is the read model.
type Store struct{ db *gorm.DB }

// NewStore makes a Store on a database with [Migrations].
func NewStore(db *gorm.DB) *Store { return &Store{db} }

// Ready implements gateway.Model.
func (s *Store) Ready(ctx context.Context) error {
	if err := pg.Ready(ctx, s.db); err != nil {
		return errAway.Because(err)
	}
	return nil
}

var _ gateway.Model = (*Store)(nil)
