package postgres

import (
	"context"

	"muster/libs/pg"
	"muster/services/directory/internal/directory"
)

// EmailState returns the state of one live user, or [directory.ErrUserNotFound].
func (l *Lists) EmailState(ctx context.Context, id int64) (directory.EmailState, error) {
	return pg.One[directory.EmailState](ctx, l.db, "read email state", directory.ErrUserNotFound, `SELECT id AS user_id, email,
		verified_at IS NOT NULL AS verified, version, created_at, updated_at FROM users WHERE id = ? AND NOT deleted`, id)
}

// ThunderUser returns one live user as Thunder's clients see it, or [directory.ErrUserNotFound].
func (l *Lists) ThunderUser(ctx context.Context, id int64) (directory.ThunderUser, error) {
	return pg.One[directory.ThunderUser](ctx, l.db, "read user for Thunder", directory.ErrUserNotFound, `SELECT u.id AS user_id, u.email,
		u.verified_at IS NOT NULL AS verified, coalesce(t.token, '') AS token, coalesce(t.created_at, u.created_at) AS created_at,
		greatest(u.updated_at, t.changed_at) AS updated_at, coalesce(u.properties, '{}')::text AS properties, u.version
		FROM users u LEFT JOIN thunder_users t ON t.user_id = u.id WHERE u.id = ? AND NOT u.deleted`, id)
}
