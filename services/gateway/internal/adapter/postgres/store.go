// Package postgres keeps the gateway's read model in PostgreSQL: one flat row per user, so that a list sorts, filters
// and counts within one table.
package postgres

import (
	"context"
	"embed"

	"gorm.io/gorm"

	"muster/libs/listing"
	"muster/libs/pg"
	"muster/services/gateway/internal/gateway"
)

// Run this after a change of the list's declaration:
//
//go:generate go test -run ^(TestTheListsDocumentIsWhatIsDeclared|TestTheNewestMigrationIsWhatIsDeclared)$ -update .

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations creates the schema.
var Migrations = pg.Embedded("gateway", migrations)

// Store implements the read model.
type Store struct {
	db     *gorm.DB
	totals *listing.Totals
}

// New creates a Store. The database must have [Migrations].
func New(db *gorm.DB) *Store {
	return &Store{db, listing.NewTotals(db, Fields, table)}
}

// Totals returns the totals of the list of full users. They must be run, or the list gets slower with every write.
func (s *Store) Totals() *listing.Totals { return s.totals }

// Ready implements gateway.Model.
func (s *Store) Ready(ctx context.Context) error {
	return pg.Ready(ctx, s.db)
}

var _ gateway.Model = (*Store)(nil)
