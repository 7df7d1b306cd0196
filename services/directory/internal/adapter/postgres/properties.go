package postgres

import (
	"context"
	"fmt"

	"muster/libs/pg"
	"muster/libs/usersapi"
	"muster/services/directory/internal/directory"
)

// PutProperties compares texts, since to jsonb 1.50 equals 1.5, and writes nothing where nothing changes.
func (t tx) PutProperties(ctx context.Context, id int64, p directory.Properties) (changed bool, err error) {
	var object *string // null when there are none
	if p != "" {
		text := string(p)
		object = &text
	}
	n, err := exec(ctx, t.db, `UPDATE users SET properties = ?::jsonb
		WHERE id = ? AND properties::text IS DISTINCT FROM ?::jsonb::text`, object, id, object)
	if err != nil {
		return false, fmt.Errorf("put properties: %w", err)
	}
	return n > 0, nil
}

// UserWithProperties gives one live user, or [directory.ErrUserNotFound].
func (l *Lists) UserWithProperties(ctx context.Context, id int64) (directory.UserWithProperties, error) {
	type row struct {
		usersapi.User
		Properties string
	}
	r, found, err := first[row](ctx, pg.From(ctx, l.db), "SELECT "+viewColumns+", coalesce(u.properties, '{}')::text AS properties "+
		"FROM users u WHERE u.id = ? AND NOT u.deleted", id)
	if err != nil {
		return directory.UserWithProperties{}, fmt.Errorf("read user with properties: %w", err)
	}
	if !found {
		return directory.UserWithProperties{}, directory.ErrUserNotFound
	}
	return directory.UserWithProperties(r), nil
}
