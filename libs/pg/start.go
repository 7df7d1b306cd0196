package pg

import (
	"context"
	"log/slog"

	"gorm.io/gorm"
)

// Start runs [Migrate] and [Open] for a service, and waits for the server without limit. A service must not exit
// because the database starts later or is down for an hour. It logs every 30 s that it waits. Errors that waiting does
// not fix (a wrong password, a missing database, a failing migration) are returned at once.
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
