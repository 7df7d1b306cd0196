package postgres

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/services/identity/internal/identity"
)

const (
	legacyEmailUnique = "legacy_accounts_email_unique"
	legacyColumns     = "legacy_user_id, email, username, first_name, last_name, created_at, email_verified, password_hash"
	selectLegacy      = "SELECT " + legacyColumns + " FROM legacy_accounts "
)

// legacyRow is a legacy account as the table has it.
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

func oneLegacy(rows []legacyRow, err error) (identity.LegacyAccount, error) {
	if err != nil {
		return identity.LegacyAccount{}, err
	}
	if len(rows) == 0 {
		return identity.LegacyAccount{}, identity.ErrLegacyNotFound
	}
	return rows[0].account(), nil
}

// LegacyByEmail reads without a lock.
func (s *Store) LegacyByEmail(ctx context.Context, email string) (identity.LegacyAccount, error) {
	return oneLegacy(query[legacyRow](pg.From(ctx, s.db), "legacy account by email", selectLegacy+"WHERE lower(email) = lower(?)", email))
}

// TakeLegacy locks the table in ROW EXCLUSIVE mode as any DELETE does, also one that finds nothing. That is what
// LockLegacy waits for.
func (t *tx) TakeLegacy(ctx context.Context, email string) (identity.LegacyAccount, error) {
	return oneLegacy(query[legacyRow](t.db.WithContext(ctx), "take legacy account",
		"DELETE FROM legacy_accounts WHERE lower(email) = lower(?) RETURNING "+legacyColumns, email))
}

// LockLegacy locks the table against other writers. What is read by later statements includes what those did whom it
// waited for.
func (t *tx) LockLegacy(ctx context.Context, ids []int64, emails []string) ([]identity.LegacyAccount, error) {
	db := t.db.WithContext(ctx)
	if _, err := exec(db, "lock legacy accounts", "LOCK TABLE legacy_accounts IN SHARE ROW EXCLUSIVE MODE"); err != nil {
		return nil, err
	}
	byID, err := query[legacyRow](db, "legacy accounts by id", selectLegacy+"WHERE legacy_user_id IN ?", ids)
	if err != nil {
		return nil, err
	}
	byEmail, err := queryByEmail[legacyRow](db, "legacy accounts by email", selectLegacy+"WHERE ", emails)
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
	db := t.db.WithContext(ctx)
	if len(ids) > 0 {
		if _, err := exec(db, "remove legacy accounts", "DELETE FROM legacy_accounts WHERE legacy_user_id IN ?", ids); err != nil {
			return err
		}
	}
	if len(with) == 0 {
		return nil
	}
	values := make([]any, 0, 8*len(with))
	for _, l := range with {
		values = append(values, l.ID, l.Email, l.Username, l.FirstName, l.LastName, l.CreatedAt, l.EmailVerified, l.PasswordHash)
	}
	const row = "(?, ?, ?, ?, ?, ?, ?, ?)"
	_, err := exec(db, "store legacy accounts", "INSERT INTO legacy_accounts ("+legacyColumns+") VALUES "+repeated(row, len(with)), values...)
	if pg.IsUnique(err, legacyEmailUnique) {
		return identity.ErrEmailExists.Because(err)
	}
	return err
}

func (t *tx) AccountsByEmail(ctx context.Context, emails []string) ([]identity.Account, error) {
	rows, err := queryByEmail[accountRow](t.db.WithContext(ctx), "accounts by email", selectAccount+"WHERE NOT displaced AND ", emails)
	if err != nil {
		return nil, err
	}
	return accountsOf(rows)
}

func (t *tx) InsertAccounts(ctx context.Context, accounts []identity.Account) ([]identity.Account, error) {
	values := make([]any, 0, 16*len(accounts))
	for _, a := range accounts {
		row, err := valuesOf(a)
		if err != nil {
			return nil, err
		}
		values = append(values, row...)
	}
	inserted := make([]accountRow, 0, len(accounts))
	err := t.db.WithContext(ctx).Raw("INSERT INTO accounts ("+accountColumns+") VALUES "+
		repeated("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", len(accounts))+" RETURNING user_id, email", values...).Scan(&inserted).Error
	if err != nil {
		return nil, taken("insert accounts", err)
	}
	ids := make(map[string]int64, len(inserted))
	for _, r := range inserted {
		ids[deref(r.Email)] = r.UserID
	}
	out := make([]identity.Account, len(accounts))
	for i, a := range accounts {
		a.UserID = ids[a.Email]
		out[i] = a
	}
	return out, nil
}

// queryByEmail adds to a selection that the address is one of many. The database makes both sides lower case.
func queryByEmail[T any](db *gorm.DB, what, selection string, emails []string) ([]T, error) {
	values := make([]any, len(emails))
	for i, email := range emails {
		values[i] = email
	}
	return query[T](db, what, selection+"lower(email) IN (SELECT lower(e) FROM unnest(ARRAY["+
		repeated("?", len(emails))+"]::text[]) e)", values...)
}

// repeated is what stands n times in a list.
func repeated(what string, n int) string {
	return strings.TrimSuffix(strings.Repeat(what+", ", n), ", ")
}
