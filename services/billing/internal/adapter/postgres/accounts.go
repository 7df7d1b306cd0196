package postgres

import (
	"context"
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
	State             pg.JSON[billingv1.Subscription]
	DueAt             *time.Time
}

const selectUser = `
	SELECT user_id, key, user_version, user_access_version, email, name, type_code, is_active, deleted, stripe_customer_id,
	       state, due_at
	FROM billing_users WHERE user_id = ?`

func (r userRow) user() billing.User {
	return billing.User{
		ID: r.UserID, Key: r.Key, Version: r.UserVersion, AccessVersion: r.UserAccessVersion, Email: r.Email, Name: r.Name,
		TypeCode: r.TypeCode, Active: r.IsActive, Deleted: r.Deleted, CustomerID: pg.OrZero(r.StripeCustomerID),
		State: r.State.V, DueAt: r.DueAt,
	}
}

func findUser(ctx context.Context, db *gorm.DB, query string, userID int64) (billing.User, error) {
	row, err := pg.One[userRow](ctx, db, "read user", billing.ErrUserUnknown, query, userID)
	return row.user(), err
}

// User implements billing.Accounts.
func (s *Store) User(ctx context.Context, userID int64) (billing.User, error) {
	return findUser(ctx, s.db, selectUser, userID)
}

// FollowQuietly implements billing.Accounts.
func (s *Store) FollowQuietly(ctx context.Context, profiles []billing.Profile, now time.Time) (map[int64]int64, error) {
	var (
		ids, versions, acted pg.Array[int64]
		emails, names        pg.Array[string]
	)
	all := make(pg.Array[int64], len(profiles))
	for i, p := range profiles {
		if all[i] = p.UserID; !p.Deleted {
			ids, versions, acted = append(ids, p.UserID), append(versions, p.Version), append(acted, p.AccessVersion)
			emails, names = append(emails, p.Email), append(names, p.Name)
		}
	}
	type followedRow struct{ UserID, UserVersion int64 }
	rows, err := pg.Many[followedRow](ctx, s.db, "follow users quietly", `
		WITH newest AS (
			SELECT * FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[]) AS n (user_id, version, acted, email, name)),
		moved AS (
			UPDATE billing_users u SET user_version = n.version, email = n.email, name = n.name
			FROM newest n JOIN billing_users old ON old.user_id = n.user_id
			WHERE u.user_id = n.user_id AND n.acted <= u.user_access_version AND u.user_version < n.version AND NOT u.deleted
			RETURNING u.user_id, u.user_version,
				u.stripe_customer_id IS NOT NULL AND (old.email, old.name) IS DISTINCT FROM (u.email, u.name) AS renamed),
		queued AS (
			INSERT INTO tasks (kind, subject, state, next_try_at, created_at)
			SELECT ?, user_id::text, 'waiting', ?, ? FROM moved WHERE renamed ORDER BY user_id
			`+waitsAlready+`)
		SELECT u.user_id, coalesce(m.user_version, u.user_version) AS user_version
		FROM billing_users u LEFT JOIN moved m ON m.user_id = u.user_id WHERE u.user_id = ANY (?)`, ids, versions, acted, emails, names, billing.TaskCustomer, now, now, all)
	followed := make(map[int64]int64, len(rows))
	for _, r := range rows {
		followed[r.UserID] = r.UserVersion
	}
	return followed, err
}

// Account implements billing.Accounts.
func (s *Store) Account(ctx context.Context, userID int64) (a billing.Account, err error) {
	err = pg.Snapshot(ctx, s.db, func(ctx context.Context, db *gorm.DB) error {
		a, err = loadAccount(ctx, db, selectUser, userID)
		return err
	})
	return a, err
}

func (t tx) LockAccount(ctx context.Context, userID int64) (billing.Account, error) {
	return loadAccount(ctx, t.db, selectUser+" FOR UPDATE", userID)
}

func (t tx) LockStates(ctx context.Context, first, last int64, limit int) ([]billingv1.Subscription, error) {
	type row struct {
		State pg.JSON[billingv1.Subscription]
	}
	rows, err := pg.Many[row](ctx, t.db, "lock states", `
		SELECT state FROM billing_users WHERE user_id BETWEEN ? AND ? AND version > 0 ORDER BY user_id LIMIT ? FOR UPDATE`, first, last, limit)
	return pg.Map(rows, func(r row) billingv1.Subscription { return r.State.V }), err
}

func loadAccount(ctx context.Context, db *gorm.DB, query string, userID int64) (billing.Account, error) {
	u, err := findUser(ctx, db, query, userID)
	if err != nil {
		return billing.Account{}, err
	}
	a := billing.Account{User: u}
	if u.CustomerID == "" && u.State.Version == 0 { // without a customer nothing else exists: this saves the queries while users are imported in bulk
		return a, nil
	}
	if a.Subscriptions, err = loadSubscriptions(ctx, db, "s.user_id = ?", userID); err != nil {
		return billing.Account{}, err
	}
	if a.Redemptions, err = loadRedemptions(ctx, db, userID); err != nil {
		return billing.Account{}, err
	}
	if a.Invoices, err = loadInvoices(ctx, db, a); err != nil {
		return billing.Account{}, err
	}
	a.Checkouts, err = findCheckouts(ctx, db, `user_id = ? AND status IN ('pending', 'open') ORDER BY id`, userID)
	return a, err
}

// Owner implements billing.Accounts. A replica of the previous release stores a customer with its user alone.
func (s *Store) Owner(ctx context.Context, customerID string) (int64, error) {
	return pg.One[int64](ctx, s.db, "find owner", billing.ErrUnmatched, `
		SELECT user_id FROM customers WHERE id = ?
		UNION SELECT user_id FROM billing_users WHERE stripe_customer_id = ?`, customerID, customerID)
}

// UserByKey implements billing.Accounts.
func (s *Store) UserByKey(ctx context.Context, key string) (int64, error) {
	return pg.One[int64](ctx, s.db, "find user by key", billing.ErrUnmatched, `SELECT user_id FROM billing_users WHERE key = ?`, key)
}

// SubscriptionOwner implements billing.Accounts.
func (s *Store) SubscriptionOwner(ctx context.Context, providerID string) (int64, error) {
	return pg.One[int64](ctx, s.db, "find owner of subscription", billing.ErrUnmatched,
		`SELECT user_id FROM subscriptions WHERE provider_id = ?`, providerID)
}

// Customers implements billing.Accounts.
func (s *Store) Customers(ctx context.Context, userID int64) ([]string, error) {
	return pg.Many[string](ctx, s.db, "read customers", `
		SELECT id FROM customers WHERE user_id = ? AND NOT deleted
		UNION SELECT stripe_customer_id FROM billing_users WHERE user_id = ? AND stripe_customer_id IS NOT NULL ORDER BY 1`, userID, userID)
}

func (t tx) AddCustomer(ctx context.Context, userID int64, customerID string) (bool, error) {
	n, err := pg.Exec(ctx, t.db, "add customer", `
		INSERT INTO customers (id, user_id) VALUES (?, ?) ON CONFLICT ON CONSTRAINT customers_pkey DO NOTHING`, customerID, userID)
	return n == 1, err
}

func (t tx) DropCustomer(ctx context.Context, customerID string) error {
	_, err := pg.Exec(ctx, t.db, "drop customer", `UPDATE customers SET deleted = true WHERE id = ?`, customerID)
	return err
}

// Generation implements billing.Accounts.
func (s *Store) Generation(ctx context.Context, key string) (int, error) {
	generation, _, err := pg.First[int](ctx, s.db, "read generation", `SELECT generation FROM provider_keys WHERE key = ?`, key)
	return generation, err
}

// RaiseGeneration implements billing.Accounts.
func (s *Store) RaiseGeneration(ctx context.Context, key string, from int) error {
	_, err := pg.Exec(ctx, s.db, "raise generation", `
		INSERT INTO provider_keys AS k (key, generation) VALUES (?, ?)
		ON CONFLICT ON CONSTRAINT provider_keys_pkey DO UPDATE SET generation = excluded.generation, raised_at = now()
		WHERE k.generation = ?`, key, from+1, from)
	return err
}

// DueAccounts implements billing.Accounts.
func (s *Store) DueAccounts(ctx context.Context, now time.Time, limit int) ([]int64, error) {
	return pg.Many[int64](ctx, s.db, "due accounts",
		`SELECT user_id FROM billing_users WHERE due_at <= ? ORDER BY due_at, user_id LIMIT ?`, now, limit)
}

// ForgetPages implements billing.CustomerTx.
func (t tx) ForgetPages(ctx context.Context, userID int64) error {
	_, err := pg.Exec(ctx, t.db, "forget pages", "UPDATE checkouts SET success_url = '', cancel_url = '', url = '' WHERE user_id = ?", userID)
	return err
}

func (t tx) SaveUser(ctx context.Context, u billing.User) error {
	_, err := pg.Exec(ctx, t.db, "save user", `
		INSERT INTO billing_users (user_id, key, user_version, user_access_version, email, name, type_code, is_active, deleted,
		                           stripe_customer_id, version, access_version, state, due_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT billing_users_pkey DO UPDATE SET
			user_version = excluded.user_version, user_access_version = excluded.user_access_version,
			email = excluded.email, name = excluded.name, type_code = excluded.type_code, is_active = excluded.is_active,
			deleted = excluded.deleted, stripe_customer_id = excluded.stripe_customer_id, version = excluded.version,
			access_version = excluded.access_version, state = excluded.state, due_at = excluded.due_at`,
		u.ID, u.Key, u.Version, u.AccessVersion, u.Email, u.Name, u.TypeCode, u.Active, u.Deleted, pg.OrNull(u.CustomerID),
		u.State.Version, u.State.AccessVersion, pg.JSONOf(u.State), u.DueAt)
	return err
}
