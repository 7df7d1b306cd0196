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
