package postgres

import (
	"context"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/libs/usersapi"
	"muster/libs/usersapi/emailkeys"
	"muster/services/identity/internal/identity"
)

const (
	legacyEmailUnique = "legacy_accounts_email_unique"
	legacyColumns     = "legacy_user_id, email, username, first_name, last_name, created_at, email_verified, password_hash"
	selectLegacy      = "SELECT " + legacyColumns + " FROM legacy_accounts "
)

// legacyRow is a row of the legacy_accounts table.
type legacyRow struct {
	LegacyUserID  int64
	Email         string
	Username      string
	FirstName     *string
	LastName      *string
	CreatedAt     time.Time
	EmailVerified bool
	PasswordHash  string
}

func (r legacyRow) account() identity.LegacyAccount {
	return identity.LegacyAccount{
		ID: r.LegacyUserID, Email: r.Email, Username: r.Username, FirstName: r.FirstName, LastName: r.LastName,
		CreatedAt: r.CreatedAt, EmailVerified: r.EmailVerified, PasswordHash: r.PasswordHash,
	}
}

// LegacyByEmail reads without a lock.
func (s *Store) LegacyByEmail(ctx context.Context, email string) (identity.LegacyAccount, error) {
	row, err := pg.One[legacyRow](ctx, s.db, "legacy account by email", identity.ErrLegacyNotFound,
		selectLegacy+"WHERE "+emailKey+" = ?", usersapi.EmailKey(email))
	return row.account(), err
}

// TakeLegacy locks the table in ROW EXCLUSIVE mode, as any DELETE does even when it finds nothing. LockLegacy waits for
// that lock.
func (t *tx) TakeLegacy(ctx context.Context, email string) (identity.LegacyAccount, error) {
	row, err := pg.One[legacyRow](ctx, t.db, "take legacy account", identity.ErrLegacyNotFound,
		"DELETE FROM legacy_accounts WHERE "+emailKey+" = ? RETURNING "+legacyColumns, usersapi.EmailKey(email))
	return row.account(), err
}

// LockLegacy locks the table against other writers. Later statements see the commits of the writers that it waited for.
func (t *tx) LockLegacy(ctx context.Context, ids []int64, emails []string) ([]identity.LegacyAccount, error) {
	if _, err := pg.Exec(ctx, t.db, "lock legacy accounts", "LOCK TABLE legacy_accounts IN SHARE ROW EXCLUSIVE MODE"); err != nil {
		return nil, err
	}
	byID, err := pg.Many[legacyRow](ctx, t.db, "legacy accounts by id", selectLegacy+"WHERE legacy_user_id IN ?", ids)
	if err != nil {
		return nil, err
	}
	byEmail, err := queryByEmail[legacyRow](ctx, t.db, "legacy accounts by email", selectLegacy+"WHERE ", emails)
	if err != nil {
		return nil, err
	}
	var found []identity.LegacyAccount
	seen := make(map[int64]bool, len(byID))
	for _, r := range append(byID, byEmail...) {
		if !seen[r.LegacyUserID] {
			seen[r.LegacyUserID] = true
			found = append(found, r.account())
		}
	}
	return found, nil
}

func (t *tx) ReplaceLegacy(ctx context.Context, ids []int64, with []identity.LegacyAccount) error {
	if len(ids) > 0 {
		if _, err := pg.Exec(ctx, t.db, "remove legacy accounts", "DELETE FROM legacy_accounts WHERE legacy_user_id IN ?", ids); err != nil {
			return err
		}
	}
	if len(with) == 0 {
		return nil
	}
	rows := make([]any, len(with))
	for i, l := range with {
		rows[i] = []any{l.ID, l.Email, l.Username, l.FirstName, l.LastName, l.CreatedAt, l.EmailVerified, l.PasswordHash, emailkeys.Column(l.Email)}
	}
	_, err := pg.Exec(ctx, t.db, "store legacy accounts",
		"INSERT INTO legacy_accounts ("+legacyColumns+", email_key) VALUES "+pg.Placeholders(len(rows)), rows...)
	if pg.IsUnique(err, legacyEmailUnique) {
		return identity.ErrEmailExists.Because(err)
	}
	return err
}

func (t *tx) AccountsByEmail(ctx context.Context, emails []string) ([]identity.Account, error) {
	rows, err := queryByEmail[accountRow](ctx, t.db, "accounts by email", selectAccount+"WHERE NOT displaced AND ", emails)
	return pg.Map(rows, accountRow.account), err
}

func (t *tx) InsertAccounts(ctx context.Context, accounts []identity.Account) ([]identity.Account, error) {
	rows := make([]any, len(accounts))
	for i, a := range accounts {
		rows[i] = append(valuesOf(a), emailkeys.Column(a.Email))
	}
	inserted, err := pg.Many[accountRow](ctx, t.db, "insert accounts",
		"INSERT INTO accounts ("+accountColumns+", email_key) VALUES "+pg.Placeholders(len(rows))+" RETURNING user_id, email", rows...)
	if err != nil {
		return nil, emailTaken(err)
	}
	ids := make(map[string]int64, len(inserted))
	for _, r := range inserted {
		ids[pg.OrZero(r.Email)] = r.UserID
	}
	out := make([]identity.Account, len(accounts))
	for i, a := range accounts {
		a.UserID = ids[a.Email]
		out[i] = a
	}
	return out, nil
}

// queryByEmail restricts a query to rows with one of the addresses.
func queryByEmail[T any](ctx context.Context, db *gorm.DB, what, selection string, emails []string) ([]T, error) {
	return pg.Many[T](ctx, db, what, selection+emailKey+" IN (SELECT unnest(?::text[]))", pg.Array[string](emailkeys.Of(emails)))
}
