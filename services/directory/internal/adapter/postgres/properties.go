package postgres

import (
	"context"

	"muster/libs/pg"
	"muster/libs/usersapi"
	"muster/services/directory/internal/directory"
)

// Properties returns the JSON as PostgreSQL writes it.
func (t tx) Properties(ctx context.Context, id int64) (directory.Properties, error) {
	p, _, err := pg.First[directory.Properties](ctx, t.db, "read properties", "SELECT coalesce(properties::text, '') FROM users WHERE id = ?", id)
	return p, err
}

// PutProperties compares texts, because in jsonb 1.50 equals 1.5. It writes nothing if nothing changes.
func (t tx) PutProperties(ctx context.Context, id int64, p directory.Properties) (changed bool, err error) {
	object := pg.OrNull(string(p))
	n, err := pg.Exec(ctx, t.db, "put properties", `UPDATE users SET properties = ?::jsonb
		WHERE id = ? AND properties::text IS DISTINCT FROM ?::jsonb::text`, object, id, object)
	return n > 0, err
}

// UserWithProperties returns one live user, or [directory.ErrUserNotFound].
func (l *Lists) UserWithProperties(ctx context.Context, id int64) (directory.UserWithProperties, error) {
	type row struct {
		usersapi.User
		Properties string
	}
	r, err := pg.One[row](ctx, l.db, "read user with properties", directory.ErrUserNotFound,
		"SELECT "+viewColumns+", coalesce(u.properties, '{}')::text AS properties FROM users u WHERE u.id = ? AND NOT u.deleted", id)
	return directory.UserWithProperties(r), err
}
