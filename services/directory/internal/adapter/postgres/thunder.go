package postgres

import (
	"context"
	"time"

	"muster/libs/pg"
	"muster/services/directory/internal/directory"
)

type thunderRow struct {
	Token     string
	CreatedAt *time.Time
	ChangedAt time.Time
}

// ThunderRecord needs no lock of its own: whoever writes it has locked the user.
func (t tx) ThunderRecord(ctx context.Context, userID int64) (directory.ThunderRecord, error) {
	row, _, err := pg.First[thunderRow](ctx, t.db, "read the record for Thunder",
		"SELECT coalesce(token, '') AS token, created_at, changed_at FROM thunder_users WHERE user_id = ?", userID)
	return directory.ThunderRecord(row), err
}

// PutThunderRecord upserts or deletes the row.
func (t tx) PutThunderRecord(ctx context.Context, userID int64, r directory.ThunderRecord) error {
	if r == (directory.ThunderRecord{}) {
		_, err := pg.Exec(ctx, t.db, "delete the record for Thunder", "DELETE FROM thunder_users WHERE user_id = ?", userID)
		return err
	}
	_, err := pg.Exec(ctx, t.db, "put the record for Thunder", `INSERT INTO thunder_users (user_id, token, created_at, changed_at) VALUES (?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT thunder_users_pk DO UPDATE SET token = excluded.token, created_at = excluded.created_at, changed_at = excluded.changed_at`,
		userID, pg.OrNull(r.Token), r.CreatedAt, r.ChangedAt)
	return err
}
