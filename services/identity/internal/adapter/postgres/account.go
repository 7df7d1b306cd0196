package postgres

import (
	"context"
	"time"

	"muster/libs/contracts/identityv1"
	"muster/libs/pg"
	"muster/libs/usersapi"
	"muster/libs/usersapi/emailkeys"
	"muster/services/identity/internal/identity"
)

// emailUnique is the unique index on account addresses.
const emailUnique = "accounts_email_unique"

// emailKey is the comparison key of a row's address. An update that keeps the address keeps the stored key too; package
// emailkeys says why.
const emailKey = "email_key_of(email, email_key)"

// Columns of an account except its id, in the order of valuesOf.
const accountColumns = "version, email, displaced, password_hash, auth_type_code, type_code, is_active, email_verified, " +
	"registration, legacy, created_at, last_login_at, activity_version, user_version, tokens_valid_from, ended_sessions, deleted"

const selectAccount = "SELECT user_id, " + accountColumns + " FROM accounts "

// accountRow is a row of the accounts table. A value that the account lacks is null.
type accountRow struct {
	UserID          int64
	Version         int64
	Email           *string
	Displaced       bool
	PasswordHash    *string
	AuthTypeCode    string
	TypeCode        string
	IsActive        bool
	EmailVerified   bool
	Registration    pg.JSON[*identityv1.Registration]
	Legacy          pg.JSON[*identityv1.Legacy]
	CreatedAt       time.Time
	LastLoginAt     *time.Time
	ActivityVersion int64
	UserVersion     int64
	TokensValidFrom *time.Time
	EndedSessions   pg.JSON[[]identityv1.EndedSession]
	Deleted         bool
}

// AccountByEmail reads without a lock.
func (s *Store) AccountByEmail(ctx context.Context, email string) (identity.Account, error) {
	row, err := pg.One[accountRow](ctx, s.db, "account by email", identity.ErrAccountNotFound,
		selectAccount+"WHERE "+emailKey+" = ? AND NOT displaced", usersapi.EmailKey(email))
	return row.account(), err
}

// FollowQuietly implements identity.Store.
func (s *Store) FollowQuietly(ctx context.Context, users []identity.User) (map[int64]int64, error) {
	ids, versions, acted := make(pg.Array[int64], len(users)), make(pg.Array[int64], len(users)), make(pg.Array[int64], len(users))
	for i, u := range users {
		ids[i], versions[i], acted[i] = u.ID, u.Version, u.AccessVersion
	}
	type followedRow struct{ UserID, UserVersion int64 }
	rows, err := pg.Many[followedRow](ctx, s.db, "follow users quietly", `
		WITH newest AS (SELECT * FROM unnest(?::bigint[], ?::bigint[], ?::bigint[]) AS n (user_id, version, acted)),
		moved AS (
			UPDATE accounts a SET user_version = n.version FROM newest n
			WHERE a.user_id = n.user_id AND n.acted <= a.user_version AND a.user_version < n.version RETURNING a.user_id, a.user_version)
		SELECT a.user_id, coalesce(m.user_version, a.user_version) AS user_version
		FROM accounts a LEFT JOIN moved m ON m.user_id = a.user_id WHERE a.user_id = ANY (?)`, ids, versions, acted, ids)
	followed := make(map[int64]int64, len(rows))
	for _, r := range rows {
		followed[r.UserID] = r.UserVersion
	}
	return followed, err
}

func (t *tx) LockAccount(ctx context.Context, userID int64) (identity.Account, error) {
	row, err := pg.One[accountRow](ctx, t.db, "lock account", identity.ErrAccountNotFound, selectAccount+"WHERE user_id = ? FOR UPDATE", userID)
	return row.account(), err
}

func (t *tx) LockAccounts(ctx context.Context, first, last int64, limit int) ([]identity.Account, error) {
	rows, err := pg.Many[accountRow](ctx, t.db, "lock accounts",
		selectAccount+"WHERE user_id BETWEEN ? AND ? ORDER BY user_id LIMIT ? FOR UPDATE", first, last, limit)
	return pg.Map(rows, accountRow.account), err
}

// claimants has two halves because each half can use an index of its own and no index covers both.
const claimants = "(" + emailKey + " = ? AND NOT displaced OR " + emailKey + " = ? AND displaced)"

func (t *tx) LockClaimants(ctx context.Context, email string) ([]identity.Account, error) {
	key := usersapi.EmailKey(email)
	rows, err := pg.Many[accountRow](ctx, t.db, "lock claimants",
		selectAccount+"WHERE "+claimants+" ORDER BY user_id FOR UPDATE", key, key)
	return pg.Map(rows, accountRow.account), err
}

func (t *tx) InsertAccount(ctx context.Context, a identity.Account) (identity.Account, error) {
	id, _, err := pg.First[int64](ctx, t.db, "insert account",
		"INSERT INTO accounts ("+accountColumns+", email_key) VALUES ? RETURNING user_id", append(valuesOf(a), emailkeys.Column(a.Email)))
	if err != nil {
		return identity.Account{}, emailTaken(err)
	}
	a.UserID = id
	return a, nil
}

func (t *tx) UpdateAccount(ctx context.Context, a identity.Account) error {
	return emailTaken(pg.ExecOne(ctx, t.db, "update account", identity.ErrAccountNotFound,
		"UPDATE accounts SET ("+accountColumns+") = ?, email_key = CASE WHEN email = ? THEN email_key ELSE ? END WHERE user_id = ?",
		valuesOf(a), a.Email, emailkeys.Column(a.Email), a.UserID))
}

// emailTaken maps a violation of the unique index on addresses to ErrEmailExists.
func emailTaken(err error) error {
	if pg.IsUnique(err, emailUnique) {
		return identity.ErrEmailExists.Because(err)
	}
	return err
}

func (r accountRow) account() identity.Account {
	return identity.Account{
		UserID: r.UserID, Version: r.Version, Email: pg.OrZero(r.Email), Displaced: r.Displaced, PasswordHash: pg.OrZero(r.PasswordHash),
		AuthTypeCode: r.AuthTypeCode, TypeCode: r.TypeCode, Active: r.IsActive, EmailVerified: r.EmailVerified,
		Registration: r.Registration.V, Legacy: r.Legacy.V, CreatedAt: r.CreatedAt, LastLoginAt: r.LastLoginAt, ActivityVersion: r.ActivityVersion,
		UserVersion: r.UserVersion, TokensValidFrom: r.TokensValidFrom, EndedSessions: r.EndedSessions.V, Deleted: r.Deleted,
	}
}

// valuesOf returns the values of accountColumns.
func valuesOf(a identity.Account) []any {
	var ended *pg.JSON[[]identityv1.EndedSession]
	if len(a.EndedSessions) > 0 {
		ended = &pg.JSON[[]identityv1.EndedSession]{V: a.EndedSessions}
	}
	return []any{
		a.Version, pg.OrNull(a.Email), a.Displaced, pg.OrNull(a.PasswordHash), a.AuthTypeCode, a.TypeCode, a.Active, a.EmailVerified,
		pg.OrNull(pg.JSONOf(a.Registration)), pg.OrNull(pg.JSONOf(a.Legacy)), a.CreatedAt, a.LastLoginAt, a.ActivityVersion, a.UserVersion, a.TokensValidFrom, ended, a.Deleted,
	}
}
