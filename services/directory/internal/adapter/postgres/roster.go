package postgres

import (
	"context"
	"time"

	"muster/libs/pg"
	"muster/libs/usersapi"
	"muster/libs/usersapi/emailkeys"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/roster"
)

const legacyColumns = "legacy_user_id, email, username, first_name, last_name, created_at, email_verified, activate, properties, user_id"

type legacyRow struct {
	LegacyUserID  int64
	Email         string
	Username      string
	FirstName     *string
	LastName      *string
	CreatedAt     *time.Time
	EmailVerified bool
	Activate      bool
	Properties    *string
	UserID        *int64
}

func (r legacyRow) legacyUser() roster.LegacyUser {
	l := roster.LegacyUser{
		ID: r.LegacyUserID, Email: r.Email, Username: r.Username, FirstName: r.FirstName, LastName: r.LastName, CreatedAt: r.CreatedAt,
		EmailVerified: r.EmailVerified, Activate: r.Activate, UserID: r.UserID,
	}
	if r.Properties != nil {
		l.Properties = directory.Properties(*r.Properties)
	}
	return l
}

// LockLegacyUser locks the address before the query, because a statement sees only what was committed before it began.
func (t tx) LockLegacyUser(ctx context.Context, email string) (int64, error) {
	if err := t.lockAddresses(ctx, []string{email}); err != nil {
		return 0, err
	}
	return pg.One[int64](ctx, t.db, "lock legacy user", directory.ErrLegacyUserNotFound,
		"SELECT legacy_user_id FROM legacy_users WHERE "+emailKey+" = ? AND user_id IS NULL FOR UPDATE", usersapi.EmailKey(email))
}

// LinkLegacyUser sets the row's user, and reads the row's properties in the same statement.
func (t tx) LinkLegacyUser(ctx context.Context, legacyUserID, userID int64) error {
	_, err := pg.Exec(ctx, t.db, "link legacy user", `WITH linked AS (
			UPDATE legacy_users SET user_id = ? WHERE legacy_user_id = ? RETURNING user_id, properties)
		UPDATE users SET properties = linked.properties::jsonb FROM linked
		WHERE users.id = linked.user_id AND users.properties IS NULL AND linked.properties IS NOT NULL`, userID, legacyUserID)
	return err
}

// GiveProperties changes no row of a user that has properties.
func (t tx) GiveProperties(ctx context.Context, userID int64, p directory.Properties) error {
	_, err := pg.Exec(ctx, t.db, "give properties", "UPDATE users SET properties = ?::jsonb WHERE id = ? AND properties IS NULL", pg.OrNull(string(p)), userID)
	return err
}

// lockAddresses takes advisory locks, because there may be no row to lock. It takes them in a fixed order to prevent
// deadlocks.
func (t tx) lockAddresses(ctx context.Context, emails []string) error {
	_, err := pg.Exec(ctx, t.db, "lock addresses", `SELECT pg_advisory_xact_lock(key) FROM (
		SELECT DISTINCT hashtextextended('directory/address/' || address, 0) AS key FROM `+listedKeys+` ORDER BY key) keys`, pg.JSONOf(emailkeys.Of(emails)))
	return err
}

// listedKeys selects the email keys of a JSON list. A join with them is fast even if the planner's statistics are
// outdated after a table has grown; a condition with hundreds of alternatives is not.
const listedKeys = "(SELECT json_array_elements_text(?::json) AS address) addresses"

// LockRoster serializes imports, so it may lock rows in any order.
func (t tx) LockRoster(ctx context.Context, ids []int64, emails []string) ([]roster.LegacyUser, []directory.User, error) {
	if _, err := pg.Exec(ctx, t.db, "lock the roster", "SELECT pg_advisory_xact_lock(?)", pg.LockKey("directory/roster")); err != nil {
		return nil, nil, err
	}
	if len(ids) == 0 || len(emails) == 0 {
		return nil, nil, nil
	}
	if err := t.lockAddresses(ctx, emails); err != nil {
		return nil, nil, err
	}
	rows, err := pg.Many[legacyRow](ctx, t.db, "lock legacy users", "SELECT "+legacyColumns+` FROM legacy_users
		WHERE legacy_user_id IN (
			SELECT n::bigint FROM json_array_elements_text(?::json) n
			UNION SELECT l.legacy_user_id FROM `+listedKeys+` JOIN legacy_users l ON email_key_of(l.email, l.email_key) = address) FOR UPDATE`, pg.JSONOf(ids), pg.JSONOf(emailkeys.Of(emails)))
	if err != nil {
		return nil, nil, err
	}
	users, err := t.lockUsersWithAddresses(ctx, emails)
	return pg.Map(rows, legacyRow.legacyUser), users, err
}

func (t tx) lockUsersWithAddresses(ctx context.Context, emails []string) ([]directory.User, error) {
	rows, err := pg.Many[userRow](ctx, t.db, "lock users", "SELECT "+userColumns+` FROM users
		WHERE NOT deleted AND id IN (SELECT u.id FROM `+listedKeys+` JOIN users u ON email_key_of(u.email, u.email_key) = address AND NOT u.deleted)
		ORDER BY id FOR UPDATE`, pg.JSONOf(emailkeys.Of(emails)))
	return pg.Map(rows, userRow.user), err
}

// PutLegacyUsers upserts in one statement.
func (t tx) PutLegacyUsers(ctx context.Context, users ...roster.LegacyUser) error {
	if len(users) == 0 {
		return nil
	}
	rows := make([]any, len(users))
	for i, l := range users {
		rows[i] = []any{l.ID, l.Email, l.Username, l.FirstName, l.LastName, l.CreatedAt, l.EmailVerified, l.Activate, pg.OrNull(string(l.Properties)), l.UserID, emailkeys.Column(l.Email)}
	}
	_, err := pg.Exec(ctx, t.db, "put legacy users", "INSERT INTO legacy_users ("+legacyColumns+", email_key) VALUES "+pg.Placeholders(len(rows))+`
		ON CONFLICT ON CONSTRAINT legacy_users_pk DO UPDATE SET email = excluded.email, username = excluded.username,
			first_name = excluded.first_name, last_name = excluded.last_name, created_at = excluded.created_at,
			email_verified = excluded.email_verified, activate = excluded.activate, properties = excluded.properties, user_id = excluded.user_id,
			email_key = CASE WHEN legacy_users.email = excluded.email THEN legacy_users.email_key ELSE excluded.email_key END`, rows...)
	return err
}

// ReleaseLegacyUser skips a row whose personal data was deleted.
func (t tx) ReleaseLegacyUser(ctx context.Context, userID int64) error {
	_, err := pg.Exec(ctx, t.db, "release legacy user", `WITH released AS (
			UPDATE legacy_users SET user_id = NULL WHERE user_id = ? AND email IS NOT NULL RETURNING properties)
		UPDATE users SET properties = NULL FROM released
		WHERE users.id = ? AND users.properties::text = released.properties::jsonb::text`, userID, userID)
	return err
}

// ForgetLegacyUser deletes the row's personal data.
func (t tx) ForgetLegacyUser(ctx context.Context, userID int64) error {
	_, err := pg.Exec(ctx, t.db, "forget legacy user", `UPDATE legacy_users SET email = NULL, email_key = NULL, username = NULL, first_name = NULL, last_name = NULL, created_at = NULL,
		email_verified = false, activate = false, properties = NULL WHERE user_id = ?`, userID)
	return err
}
