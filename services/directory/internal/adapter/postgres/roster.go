package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"muster/libs/pg"
	"muster/services/directory/internal/directory"
)

const legacyColumns = "legacy_user_id, email, username, first_name, last_name, created_at, email_verified, activate, user_id"

type legacyRow struct {
	LegacyUserID  int64
	Email         string
	Username      string
	FirstName     *string
	LastName      *string
	CreatedAt     *time.Time
	EmailVerified bool
	Activate      bool
	UserID        *int64
}

func (r legacyRow) legacyUser() directory.LegacyUser {
	return directory.LegacyUser{
		ID: r.LegacyUserID, Email: r.Email, Username: r.Username, FirstName: r.FirstName, LastName: r.LastName, CreatedAt: r.CreatedAt,
		EmailVerified: r.EmailVerified, Activate: r.Activate, UserID: r.UserID,
	}
}

// LockLegacyUser locks the address before it looks: a statement sees what was committed when it began.
func (t tx) LockLegacyUser(ctx context.Context, email string) (directory.LegacyUser, error) {
	if err := t.lockAddresses(ctx, []string{email}); err != nil {
		return directory.LegacyUser{}, err
	}
	row, found, err := first[legacyRow](ctx, t.db, "SELECT "+legacyColumns+
		" FROM legacy_users WHERE lower(email) = lower(?) AND user_id IS NULL FOR UPDATE", email)
	if err != nil {
		return directory.LegacyUser{}, fmt.Errorf("lock legacy user: %w", err)
	}
	if !found {
		return directory.LegacyUser{}, directory.ErrLegacyUserNotFound
	}
	return row.legacyUser(), nil
}

// lockAddresses takes advisory locks, because there may be no row to lock. They are taken in one order, so that no two
// transactions hold what the other wants.
func (t tx) lockAddresses(ctx context.Context, emails []string) error {
	list, err := jsonList(emails)
	if err != nil {
		return err
	}
	_, err = exec(ctx, t.db, `SELECT pg_advisory_xact_lock(key) FROM (
		SELECT DISTINCT hashtextextended('directory/address/' || address, 0) AS key FROM `+loweredAddresses+` ORDER BY key) keys`, list)
	if err != nil {
		return fmt.Errorf("lock addresses: %w", err)
	}
	return nil
}

// loweredAddresses are the addresses of a JSON list, as indexes have them. A join with them is quick whatever the planner
// knows of a table that has just grown; a condition with hundreds of alternatives is not.
const loweredAddresses = "(SELECT lower(e) AS address FROM json_array_elements_text(?::json) e) addresses"

func jsonList[T any](values []T) (string, error) {
	text, err := json.Marshal(values)
	if err != nil {
		return "", fmt.Errorf("make a list: %w", err)
	}
	return string(text), nil
}

// LockRoster lets imports wait for each other, and so locks rows in any order.
func (t tx) LockRoster(ctx context.Context, ids []int64, emails []string) ([]directory.LegacyUser, []directory.User, error) {
	if _, err := exec(ctx, t.db, "SELECT pg_advisory_xact_lock(?)", pg.LockKey("directory/roster")); err != nil {
		return nil, nil, fmt.Errorf("lock the roster: %w", err)
	}
	if len(ids) == 0 || len(emails) == 0 {
		return nil, nil, nil
	}
	if err := t.lockAddresses(ctx, emails); err != nil {
		return nil, nil, err
	}
	list, err := jsonList(emails)
	if err != nil {
		return nil, nil, err
	}
	idList, err := jsonList(ids)
	if err != nil {
		return nil, nil, err
	}
	var rows []legacyRow
	err = t.db.WithContext(ctx).Raw("SELECT "+legacyColumns+` FROM legacy_users
		WHERE legacy_user_id IN (
			SELECT n::bigint FROM json_array_elements_text(?::json) n
			UNION SELECT l.legacy_user_id FROM `+loweredAddresses+` JOIN legacy_users l ON lower(l.email) = address) FOR UPDATE`, idList, list).Scan(&rows).Error
	if err != nil {
		return nil, nil, fmt.Errorf("lock legacy users: %w", err)
	}
	legacy := make([]directory.LegacyUser, len(rows))
	for i, r := range rows {
		legacy[i] = r.legacyUser()
	}
	users, err := t.lockUsersWithAddresses(ctx, list)
	return legacy, users, err
}

func (t tx) lockUsersWithAddresses(ctx context.Context, list string) ([]directory.User, error) {
	var rows []userRow
	err := t.db.WithContext(ctx).Raw("SELECT "+userColumns+` FROM users
		WHERE NOT deleted AND id IN (SELECT u.id FROM `+loweredAddresses+` JOIN users u ON lower(u.email) = address AND NOT u.deleted)
		ORDER BY id FOR UPDATE`, list).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("lock users: %w", err)
	}
	users := make([]directory.User, len(rows))
	for i, r := range rows {
		users[i] = r.user()
	}
	return users, nil
}

// PutLegacyUsers is one statement.
func (t tx) PutLegacyUsers(ctx context.Context, users ...directory.LegacyUser) error {
	if len(users) == 0 {
		return nil
	}
	rows := make([]any, len(users))
	for i, l := range users {
		rows[i] = []any{l.ID, l.Email, l.Username, l.FirstName, l.LastName, l.CreatedAt, l.EmailVerified, l.Activate, l.UserID}
	}
	_, err := exec(ctx, t.db, "INSERT INTO legacy_users ("+legacyColumns+") VALUES "+tuples(len(rows))+`
		ON CONFLICT ON CONSTRAINT legacy_users_pk DO UPDATE SET email = excluded.email, username = excluded.username,
			first_name = excluded.first_name, last_name = excluded.last_name, created_at = excluded.created_at,
			email_verified = excluded.email_verified, activate = excluded.activate, user_id = excluded.user_id`, rows...)
	if err != nil {
		return fmt.Errorf("put legacy users: %w", err)
	}
	return nil
}

// tuples are the placeholders of so many rows, each of which is given as a slice.
func tuples(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// ForgetLegacyUser empties the row.
func (t tx) ForgetLegacyUser(ctx context.Context, userID int64) error {
	_, err := exec(ctx, t.db, `UPDATE legacy_users SET email = NULL, username = NULL, first_name = NULL, last_name = NULL, created_at = NULL,
		email_verified = false, activate = false WHERE user_id = ?`, userID)
	if err != nil {
		return fmt.Errorf("forget legacy user: %w", err)
	}
	return nil
}
