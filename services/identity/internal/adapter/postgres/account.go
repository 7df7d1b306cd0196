package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"muster/libs/contracts/identityv1"
	"muster/libs/pg"
	"muster/services/identity/internal/identity"
)

// emailUnique is the index that gives an address to one account.
const emailUnique = "accounts_email_unique"

// Columns of an account but its id, in the order of accountRow.values.
const accountColumns = "version, email, displaced, password_hash, auth_type_code, type_code, is_active, email_verified, " +
	"registration, created_at, last_login_at, activity_version, user_version, tokens_valid_from, ended_sessions, deleted"

const selectAccount = "SELECT user_id, " + accountColumns + " FROM accounts "

// accountRow is an account as the table has it: null where the account has nothing.
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
	Registration    *string
	CreatedAt       time.Time
	LastLoginAt     *time.Time
	ActivityVersion int64
	UserVersion     int64
	TokensValidFrom *time.Time
	EndedSessions   *string
	Deleted         bool
}

// AccountByEmail reads without a lock.
func (s *Store) AccountByEmail(ctx context.Context, email string) (identity.Account, error) {
	rows, err := query[accountRow](pg.From(ctx, s.db), "account by email",
		selectAccount+"WHERE lower(email) = lower(?) AND NOT displaced", email)
	return one(rows, err)
}

func (t *tx) LockAccount(ctx context.Context, userID int64) (identity.Account, error) {
	rows, err := query[accountRow](t.db.WithContext(ctx), "lock account", selectAccount+"WHERE user_id = ? FOR UPDATE", userID)
	return one(rows, err)
}

func (t *tx) LockAccounts(ctx context.Context, first, last int64, limit int) ([]identity.Account, error) {
	rows, err := query[accountRow](t.db.WithContext(ctx), "lock accounts",
		selectAccount+"WHERE user_id BETWEEN ? AND ? ORDER BY user_id LIMIT ? FOR UPDATE", first, last, limit)
	if err != nil {
		return nil, err
	}
	return accountsOf(rows)
}

// claimants is written in two halves because each of the two has an index, and both together have none.
const claimants = "(lower(email) = lower(?) AND NOT displaced OR lower(email) = lower(?) AND displaced)"

func (t *tx) LockClaimants(ctx context.Context, email string) ([]identity.Account, error) {
	rows, err := query[accountRow](t.db.WithContext(ctx), "lock claimants",
		selectAccount+"WHERE "+claimants+" ORDER BY user_id FOR UPDATE", email, email)
	if err != nil {
		return nil, err
	}
	return accountsOf(rows)
}

func (t *tx) InsertAccount(ctx context.Context, a identity.Account) (identity.Account, error) {
	values, err := valuesOf(a)
	if err != nil {
		return identity.Account{}, err
	}
	err = t.db.WithContext(ctx).Raw("INSERT INTO accounts ("+accountColumns+") "+
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING user_id", values...).Scan(&a.UserID).Error
	if err != nil {
		return identity.Account{}, taken("insert account", err)
	}
	return a, nil
}

func (t *tx) UpdateAccount(ctx context.Context, a identity.Account) error {
	values, err := valuesOf(a)
	if err != nil {
		return err
	}
	n, err := exec(t.db.WithContext(ctx), "update account", "UPDATE accounts SET ("+accountColumns+") = "+
		"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE user_id = ?", append(values, a.UserID)...)
	if err != nil {
		return taken("update account", err)
	}
	if n != 1 {
		return identity.ErrAccountNotFound
	}
	return nil
}

// taken turns the violation of the unique address into the core's error.
func taken(what string, err error) error {
	if pg.IsUnique(err, emailUnique) {
		return identity.ErrEmailExists.Because(err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

func one(rows []accountRow, err error) (identity.Account, error) {
	if err != nil {
		return identity.Account{}, err
	}
	if len(rows) == 0 {
		return identity.Account{}, identity.ErrAccountNotFound
	}
	return rows[0].account()
}

func accountsOf(rows []accountRow) ([]identity.Account, error) {
	accounts := make([]identity.Account, len(rows))
	for i, r := range rows {
		var err error
		if accounts[i], err = r.account(); err != nil {
			return nil, err
		}
	}
	return accounts, nil
}

func (r accountRow) account() (identity.Account, error) {
	a := identity.Account{
		UserID: r.UserID, Version: r.Version, Email: deref(r.Email), Displaced: r.Displaced, PasswordHash: deref(r.PasswordHash),
		AuthTypeCode: r.AuthTypeCode, TypeCode: r.TypeCode, Active: r.IsActive, EmailVerified: r.EmailVerified,
		CreatedAt: r.CreatedAt, LastLoginAt: r.LastLoginAt, ActivityVersion: r.ActivityVersion, UserVersion: r.UserVersion,
		TokensValidFrom: r.TokensValidFrom, Deleted: r.Deleted,
	}
	var err error
	if a.Registration, err = fromJSON[*identityv1.Registration](r.Registration); err != nil {
		return a, fmt.Errorf("registration of account %d: %w", r.UserID, err)
	}
	if a.EndedSessions, err = fromJSON[[]identityv1.EndedSession](r.EndedSessions); err != nil {
		return a, fmt.Errorf("ended sessions of account %d: %w", r.UserID, err)
	}
	return a, nil
}

// valuesOf are the values of accountColumns.
func valuesOf(a identity.Account) ([]any, error) {
	registration, err := toJSON(a.Registration, a.Registration == nil)
	if err != nil {
		return nil, err
	}
	ended, err := toJSON(a.EndedSessions, len(a.EndedSessions) == 0)
	if err != nil {
		return nil, err
	}
	return []any{
		a.Version, orNull(a.Email), a.Displaced, orNull(a.PasswordHash), a.AuthTypeCode, a.TypeCode, a.Active, a.EmailVerified,
		registration, a.CreatedAt, a.LastLoginAt, a.ActivityVersion, a.UserVersion, a.TokensValidFrom, ended, a.Deleted,
	}, nil
}

func toJSON(v any, absent bool) (*string, error) {
	if absent {
		return nil, nil
	}
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	text := string(data)
	return &text, nil
}

func fromJSON[T any](text *string) (v T, err error) {
	if text == nil {
		return v, nil
	}
	return v, json.Unmarshal([]byte(*text), &v)
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
