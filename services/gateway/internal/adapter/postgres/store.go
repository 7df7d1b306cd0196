// Package postgres keeps the gateway's read model in PostgreSQL: one flat row per user, so that a list sorts, filters
// and counts within one table.
package postgres

import (
	"context"
	"embed"
	"time"

	"gorm.io/gorm"

	"muster/libs/inbox"
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
	feed   Feed
	totals *listing.Totals

	members *gather[gateway.Member]
	changes *Changes // nil logs none
}

// Feed names the consumer that applies the topics to the read model.
type Feed struct {
	Consumer    string
	TopicPrefix string
	Topics      []string
}

// New creates a Store. The database must have [Migrations] and those of libs/inbox.
func New(db *gorm.DB, feed Feed) *Store {
	s := &Store{db: db, feed: feed, totals: listing.NewTotals(db, Fields, table)}
	s.members = &gather[gateway.Member]{read: s.readMembers}
	return s
}

// Logging returns a Store that logs which users Apply changes. The log is that of the same database. A model that is not
// live must not be logged.
func (s *Store) Logging(log *Changes) *Store {
	logging := *s
	logging.changes = log
	return &logging
}

// AsOf returns the time up to which all published states are applied; see [inbox.AppliedUntil].
func (s *Store) AsOf(ctx context.Context) (at time.Time, known bool, err error) {
	return inbox.AppliedUntil(ctx, s.db, s.feed.Consumer, s.feed.TopicPrefix, s.feed.Topics)
}

// Totals returns the totals of the list of full users. They must be run, or the list gets slower with every write.
func (s *Store) Totals() *listing.Totals { return s.totals }

// Ready implements gateway.Model.
func (s *Store) Ready(ctx context.Context) error {
	return pg.Ready(ctx, s.db)
}

var _ gateway.Model = (*Store)(nil)
