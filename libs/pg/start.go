package pg

import (
	"context"
	"log/slog"

	"gorm.io/gorm"
)

// Start is how a service takes its database: [Migrate] and [Open], for as long as the server takes to be there. A
// service must not die of a database that starts later, or is away for an hour; it says every 30 s that it waits.
// Errors that waiting does not cure (a wrong password, a missing database, a migration that fails) come back at once.
func Start(ctx context.Context, url string, sets ...Migrations) (*gorm.DB, error) {
	for {
		db, err := startOnce(ctx, url, sets)
		if err == nil || ctx.Err() != nil || !isTransient(err) {
			return db, err
		}
		slog.WarnContext(ctx, "still waiting for the database", "error", err)
	}
}

func startOnce(ctx context.Context, url string, sets []Migrations) (*gorm.DB, error) {
	if err := Migrate(ctx, url, sets...); err != nil {
		return nil, err
	}
	return Open(ctx, url)
}
