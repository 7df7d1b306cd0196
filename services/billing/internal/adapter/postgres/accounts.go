package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"muster/libs/contracts/billingv1"
	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

type userRow struct {
	UserID            int64
	Key               string
	UserVersion       int64
	UserAccessVersion int64
	Email             string
	Name              string
	TypeCode          string
	IsActive          bool
	Deleted           bool
	StripeCustomerID  *string `gorm:"column:stripe_customer_id"`
	State             []byte
	DueAt             *time.Time
}

const selectUser = `
	SELECT user_id, key, user_version, user_access_version, email, name, type_code, is_active, deleted, stripe_customer_id,
	       state, due_at
	FROM billing_users WHERE user_id = ?`

func (r userRow) user() (billing.User, error) {
	u := billing.User{
		ID: r.UserID, Key: r.Key, Version: r.UserVersion, AccessVersion: r.UserAccessVersion, Email: r.Email, Name: r.Name,
		TypeCode: r.TypeCode, Active: r.IsActive, Deleted: r.Deleted, CustomerID: value(r.StripeCustomerID), DueAt: r.DueAt,
	}
	if err := json.Unmarshal(r.State, &u.State); err != nil {
		return billing.User{}, fmt.Errorf("state of user %d: %w", r.UserID, err)
	}
	return u, nil
}

func findUser(db *gorm.DB, query string, userID int64) (billing.User, error) {
	var row userRow
	r := db.Raw(query, userID).Scan(&row)
	if r.Error != nil {
		return billing.User{}, wrap("read user", r.Error)
	}
	if r.RowsAffected == 0 {
		return billing.User{}, billing.ErrUserUnknown
	}
	return row.user()
}

// User implements billing.Accounts.
func (s *Store) User(ctx context.Context, userID int64) (billing.User, error) {
	return findUser(pg.From(ctx, s.db), selectUser, userID)
}

// Account implements billing.Accounts.
func (s *Store) Account(ctx context.Context, userID int64) (a billing.Account, err error) {
	err = pg.Snapshot(ctx, s.db, func(_ context.Context, db *gorm.DB) error {
		a, err = loadAccount(db, selectUser, userID)
		return err
	})
	return a, err
}

func (t tx) LockAccount(ctx context.Context, userID int64) (billing.Account, error) {
	return loadAccount(t.on(ctx), selectUser+" FOR UPDATE", userID)
}

func (t tx) LockStates(ctx context.Context, first, last int64, limit int) ([]billingv1.Subscription, error) {
	const query = `
		SELECT user_id, state FROM billing_users WHERE user_id BETWEEN ? AND ? AND version > 0 ORDER BY user_id LIMIT ? FOR UPDATE`
	var rows []struct {
		UserID int64
		State  []byte
	}
	if err := t.on(ctx).Raw(query, first, last, limit).Scan(&rows).Error; err != nil {
		return nil, wrap("lock states", err)
	}
	states := make([]billingv1.Subscription, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal(r.State, &states[i]); err != nil {
			return nil, fmt.Errorf("state of user %d: %w", r.UserID, err)
		}
	}
	return states, nil
}

func loadAccount(db *gorm.DB, query string, userID int64) (billing.Account, error) {
	u, err := findUser(db, query, userID)
	if err != nil {
		return billing.Account{}, err
	}
	a := billing.Account{User: u}
	if u.CustomerID == "" { // then nothing else can be there: spare the queries while users pour in
		return a, nil
	}
	if a.Subscriptions, err = loadSubscriptions(db, userID); err != nil {
		return billing.Account{}, err
	}
	if a.Invoices, err = loadInvoices(db, userID); err != nil {
		return billing.Account{}, err
	}
	if a.Redemptions, err = loadRedemptions(db, userID); err != nil {
		return billing.Account{}, err
	}
	a.Checkouts, err = findCheckouts(db, `user_id = ? AND status IN ('pending', 'open') ORDER BY id`, userID)
	return a, err
}

// Owner implements billing.Accounts.
func (s *Store) Owner(ctx context.Context, customerID string) (int64, error) {
	var userID int64
	r := pg.From(ctx, s.db).Raw(`SELECT user_id FROM billing_users WHERE stripe_customer_id = ?`, customerID).Scan(&userID)
	if r.Error == nil && r.RowsAffected == 0 {
		return 0, billing.ErrUnmatched
	}
	return userID, wrap("find owner", r.Error)
}

// DueAccounts implements billing.Accounts.
func (s *Store) DueAccounts(ctx context.Context, now time.Time, limit int) ([]int64, error) {
	var ids []int64
	err := pg.From(ctx, s.db).Raw(`
		SELECT user_id FROM billing_users WHERE due_at <= ? ORDER BY due_at, user_id LIMIT ?`, now, limit).Scan(&ids).Error
	return ids, wrap("due accounts", err)
}

func (t tx) SaveUser(ctx context.Context, u billing.User) error {
	state, err := json.Marshal(u.State)
	if err != nil {
		return fmt.Errorf("state of user %d: %w", u.ID, err)
	}
	err = t.on(ctx).Exec(`
		INSERT INTO billing_users (user_id, key, user_version, user_access_version, email, name, type_code, is_active, deleted,
		                           stripe_customer_id, version, access_version, state, due_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT billing_users_pkey DO UPDATE SET
			user_version = excluded.user_version, user_access_version = excluded.user_access_version,
			email = excluded.email, name = excluded.name, type_code = excluded.type_code, is_active = excluded.is_active,
			deleted = excluded.deleted, stripe_customer_id = excluded.stripe_customer_id, version = excluded.version,
			access_version = excluded.access_version, state = excluded.state, due_at = excluded.due_at`,
		u.ID, u.Key, u.Version, u.AccessVersion, u.Email, u.Name, u.TypeCode, u.Active, u.Deleted, null(u.CustomerID),
		u.State.Version, u.State.AccessVersion, string(state), u.DueAt).Error
	return wrap("save user", err)
}
