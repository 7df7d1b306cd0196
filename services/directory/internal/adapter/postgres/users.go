package postgres

import (
	"context"
	"time"

	"muster/libs/pg"
	"muster/libs/usersapi"
	"muster/libs/usersapi/emailkeys"
	"muster/services/directory/internal/directory"
)

// emailUnique is the unique index on the addresses of live users.
const emailUnique = "users_email_unique"

// emailKey is the comparison key of a row's address. An update that keeps the address keeps the stored key too; package
// emailkeys says why.
const emailKey = "email_key_of(email, email_key)"

// EmailKeys are the tables that hold addresses.
var EmailKeys = []emailkeys.Table{
	{Name: "users", ID: "id", Unique: emailUnique},
	{Name: "legacy_users", ID: "legacy_user_id", Unique: "legacy_users_email_unique"},
}

const userColumns = `id, username, email, type_code, first_name, last_name, auth_type_code, is_active,
	created_at, updated_at, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id, invited,
	sessions_end_version, sessions_end_opened_by, sessions_end_except, subscribed, type_due_at, deleted, rejected_because, version, access_version, account_version, subscription_version, notice_version`

// userRow is a row of users without generated columns.
type userRow struct {
	ID                  int64
	Username            string
	Email               string
	TypeCode            string
	FirstName           *string
	LastName            *string
	AuthTypeCode        string
	IsActive            bool
	CreatedAt           time.Time
	UpdatedAt           time.Time
	VerifiedAt          *time.Time
	LastLoginAt         *time.Time
	ExemptionFrom       *time.Time
	ExemptionTo         *time.Time
	LegacyUserID        *int64
	Invited             bool
	SessionsEndVersion  *int64
	SessionsEndOpenedBy *time.Time
	SessionsEndExcept   *string
	Subscribed          bool
	TypeDueAt           *time.Time
	Deleted             bool
	RejectedBecause     string
	Version             int64
	AccessVersion       int64
	AccountVersion      int64
	SubscriptionVersion int64
	NoticeVersion       int64
}

func (r userRow) user() directory.User {
	var end directory.SessionsEnd
	if r.SessionsEndVersion != nil {
		end = directory.SessionsEnd{Version: *r.SessionsEndVersion, OpenedBy: *r.SessionsEndOpenedBy, Except: *r.SessionsEndExcept}
	}
	return directory.User{
		ID: r.ID, Username: r.Username, Email: r.Email, TypeCode: r.TypeCode, FirstName: r.FirstName, LastName: r.LastName,
		AuthTypeCode: r.AuthTypeCode, IsActive: r.IsActive, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
		VerifiedAt: r.VerifiedAt, LastLoginAt: r.LastLoginAt,
		Exemption:    directory.Exemption{From: r.ExemptionFrom, To: r.ExemptionTo},
		LegacyUserID: r.LegacyUserID, Invited: r.Invited, SessionsEnd: end, Subscribed: r.Subscribed, TypeDueAt: r.TypeDueAt,
		Deleted: r.Deleted, RejectedBecause: r.RejectedBecause, Version: r.Version, AccessVersion: r.AccessVersion,
		AccountVersion: r.AccountVersion, SubscriptionVersion: r.SubscriptionVersion, NoticeVersion: r.NoticeVersion,
	}
}

// values returns u's values in the order of userColumns.
func values(u directory.User) []any {
	var (
		endVersion *int64
		openedBy   *time.Time
		except     *string
	)
	if end := u.SessionsEnd; end.Version != 0 {
		endVersion, openedBy, except = &end.Version, &end.OpenedBy, &end.Except
	}
	return []any{
		u.ID, u.Username, u.Email, u.TypeCode, u.FirstName, u.LastName, u.AuthTypeCode, u.IsActive,
		u.CreatedAt, u.UpdatedAt, u.VerifiedAt, u.LastLoginAt, u.Exemption.From, u.Exemption.To, u.LegacyUserID, u.Invited,
		endVersion, openedBy, except, u.Subscribed, u.TypeDueAt, u.Deleted, u.RejectedBecause,
		u.Version, u.AccessVersion, u.AccountVersion, u.SubscriptionVersion, u.NoticeVersion,
	}
}

// LockUser locks and reads a user, or a tombstone.
func (t tx) LockUser(ctx context.Context, id int64) (directory.User, error) {
	return t.lockOne(ctx, "id = ?", id)
}

// LockUserByEmail locks and reads the live user with this address.
func (t tx) LockUserByEmail(ctx context.Context, email string) (directory.User, error) {
	return t.lockOne(ctx, emailKey+" = ? AND NOT deleted", usersapi.EmailKey(email))
}

func (t tx) lockOne(ctx context.Context, where string, arg any) (directory.User, error) {
	row, err := pg.One[userRow](ctx, t.db, "lock user", directory.ErrUserNotFound,
		"SELECT "+userColumns+" FROM users WHERE "+where+" FOR UPDATE", arg)
	return row.user(), err
}

// LockUsers locks and reads live users.
func (t tx) LockUsers(ctx context.Context, ids []int64) ([]directory.User, error) {
	return t.lockLive(ctx, "id = ANY(?::bigint[])", pg.Array[int64](ids))
}

// LockUserRange locks and reads users and tombstones.
func (t tx) LockUserRange(ctx context.Context, first, last int64, limit int) ([]directory.User, error) {
	return t.lockMany(ctx, "id BETWEEN ? AND ? ORDER BY id LIMIT ? FOR UPDATE", first, last, limit)
}

// LockUsersByEmail locks and reads the live users with these addresses.
func (t tx) LockUsersByEmail(ctx context.Context, emails []string) ([]directory.User, error) {
	return t.lockLive(ctx, emailKey+" = ANY(?::text[])", pg.Array[string](emailkeys.Of(emails)))
}

func (t tx) lockLive(ctx context.Context, where string, arg any) ([]directory.User, error) {
	return t.lockMany(ctx, where+" AND NOT deleted ORDER BY id FOR UPDATE", arg)
}

// Email reads without a lock.
func (t tx) Email(ctx context.Context, id int64) (string, error) {
	return pg.One[string](ctx, t.db, "read the address", directory.ErrUserNotFound, "SELECT email FROM users WHERE id = ? AND NOT deleted", id)
}

// EmailTaken reads without a lock.
func (t tx) EmailTaken(ctx context.Context, email string) (bool, error) {
	taken, _, err := pg.First[bool](ctx, t.db, "look for the address",
		"SELECT EXISTS (SELECT FROM users WHERE "+emailKey+" = ? AND NOT deleted)", usersapi.EmailKey(email))
	return taken, err
}

// LockUsersDue locks and reads users whose type is due for review.
func (t tx) LockUsersDue(ctx context.Context, now time.Time, limit int) ([]directory.User, error) {
	return t.lockMany(ctx, `type_due_at <= ? AND type_due_at IS NOT NULL
		ORDER BY type_due_at LIMIT ? FOR UPDATE SKIP LOCKED`, now, limit)
}

func (t tx) lockMany(ctx context.Context, where string, args ...any) ([]directory.User, error) {
	rows, err := pg.Many[userRow](ctx, t.db, "lock users", "SELECT "+userColumns+" FROM users WHERE "+where, args...)
	return pg.Map(rows, userRow.user), err
}

// CreateUser inserts a user. It detects a taken address with ON CONFLICT, because an error would abort the transaction.
func (t tx) CreateUser(ctx context.Context, u directory.User) error {
	return pg.ExecOne(ctx, t.db, "create user", directory.ErrEmailExists, "INSERT INTO users ("+userColumns+", email_key) VALUES ? ON CONFLICT ("+emailKey+
		") WHERE NOT deleted DO NOTHING", append(values(u), emailkeys.Column(u.Email)))
}

// UpdateUser writes all columns of a user that the transaction has locked.
func (t tx) UpdateUser(ctx context.Context, u directory.User) error {
	err := pg.ExecOne(ctx, t.db, "update user", directory.ErrUserNotFound,
		"UPDATE users SET ("+userColumns+") = ?, email_key = CASE WHEN email = ? THEN email_key ELSE ? END WHERE id = ?",
		values(u), u.Email, emailkeys.Column(u.Email), u.ID)
	if pg.IsUnique(err, emailUnique) {
		return directory.ErrEmailExists.Because(err)
	}
	return err
}

// OtherActiveAdmins serializes its callers with an advisory lock, then counts the committed rows.
func (t tx) OtherActiveAdmins(ctx context.Context, id int64) (int, error) {
	_, err := pg.Exec(ctx, t.db, "lock the administrators", "SELECT pg_advisory_xact_lock(?)", pg.LockKey("directory/last-admin"))
	if err != nil {
		return 0, err
	}
	n, _, err := pg.First[int](ctx, t.db, "count the administrators",
		"SELECT count(*) FROM users WHERE type_code = 'ADMI' AND is_active AND NOT deleted AND (NOT invited OR last_login_at IS NOT NULL) AND id <> ?", id)
	return n, err
}
