package postgres

import (
	"context"
	"time"

	"muster/libs/pg"
	"muster/services/directory/internal/directory"
)

// LegacyProfile reads a row that LockLegacyUser has locked.
func (t tx) LegacyProfile(ctx context.Context, legacyUserID int64) (directory.LegacyProfile, error) {
	return pg.One[directory.LegacyProfile](ctx, t.db, "legacy profile", directory.ErrLegacyUserNotFound,
		"SELECT legacy_user_id, email, username, first_name, last_name, created_at FROM legacy_users WHERE legacy_user_id = ?", legacyUserID)
}

type legacyResetRow struct {
	Code      string
	CreatedOn time.Time
	ExpiresAt time.Time
	Attempts  int
}

// LegacyReset needs no lock of its own: its legacy user is locked.
func (t tx) LegacyReset(ctx context.Context, legacyUserID int64) (directory.VerificationRequest, error) {
	row, err := pg.One[legacyResetRow](ctx, t.db, "legacy reset", directory.ErrNoVerification,
		"SELECT code, created_on, expires_at, attempts FROM legacy_resets WHERE legacy_user_id = ?", legacyUserID)
	return directory.VerificationRequest{
		TypeCode: directory.RequestPasswordReset, Code: row.Code, CreatedOn: row.CreatedOn, ExpiresAt: row.ExpiresAt, Attempts: row.Attempts,
	}, err
}

// PutLegacyReset upserts.
func (t tx) PutLegacyReset(ctx context.Context, legacyUserID int64, r directory.VerificationRequest) error {
	_, err := pg.Exec(ctx, t.db, "put legacy reset", `INSERT INTO legacy_resets (legacy_user_id, code, created_on, expires_at, attempts) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT legacy_resets_pk DO UPDATE SET code = excluded.code, created_on = excluded.created_on,
			expires_at = excluded.expires_at, attempts = excluded.attempts`, legacyUserID, r.Code, r.CreatedOn, r.ExpiresAt, r.Attempts)
	return err
}

// DropLegacyReset deletes the row.
func (t tx) DropLegacyReset(ctx context.Context, legacyUserID int64) error {
	_, err := pg.Exec(ctx, t.db, "drop legacy reset", "DELETE FROM legacy_resets WHERE legacy_user_id = ?", legacyUserID)
	return err
}
