package pg

import (
	"cmp"
	"context"
	"log/slog"

	"gorm.io/gorm"
)

// Start runs [Migrate] and [Open] for a service, and waits for the server without limit. A service must not exit
// because the database starts later or is down for an hour. It logs every 30 s that it waits. Errors that waiting does
// not fix (a wrong password, a missing database, a failing migration) are returned at once.
//
// owner is the URL of the role that owns the tables: it migrates, and gives the role of url the rights to read and write
// all tables of the schema public but those of goose. Other schemas are their migrations' business. If owner is empty, the
// role of url does everything.
func Start(ctx context.Context, url, owner string, sets ...Migrations) (*gorm.DB, error) {
	for {
		db, err := startOnce(ctx, url, owner, sets)
		if err == nil || ctx.Err() != nil || !isTransient(err) {
			return db, err
		}
		slog.WarnContext(ctx, "still waiting for the database", "error", err)
	}
}

func startOnce(ctx context.Context, url, owner string, sets []Migrations) (*gorm.DB, error) {
	if err := Migrate(ctx, cmp.Or(owner, url), sets...); err != nil {
		return nil, err
	}
	if owner != "" {
		if err := grant(ctx, owner, url); err != nil {
			return nil, err
		}
	}
	return Open(ctx, url)
}
