package postgres

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"muster/libs/causal"
	"muster/libs/pg"
	"muster/libs/usersapi"
	"muster/libs/usersapi/userslist"
	"muster/services/gateway/internal/gateway"
)

// Apply implements gateway.Model. It runs one statement for each kind of state, whatever the number of states.
func (s *Store) Apply(ctx context.Context, c gateway.Changes) error {
	users, subscriptions := storeUsers, storeSubscriptions
	if s.changes != nil {
		users, subscriptions = logUsers, logSubscriptions
	}
	return pg.Tx(ctx, s.db, func(ctx context.Context, tx *gorm.DB) error {
		if err := store(ctx, tx, "apply users", users, pg.Map(c.Users, newUserRow)); err != nil {
			return err
		}
		if err := store(ctx, tx, "apply accounts", storeAccounts, pg.Map(c.Accounts, newAccountRow)); err != nil {
			return err
		}
		if err := store(ctx, tx, "apply subscriptions", subscriptions, pg.Map(c.Subscriptions, newSubscriptionRow)); err != nil {
			return err
		}
		if s.changes != nil {
			pg.AfterCommit(ctx, s.changes.wake)
		}
		return nil
	})
}

// userRow is a user state as the statement reads it. Without a profile the profile's members are missing, and the
// columns become null.
type userRow struct {
	gateway.UserState
	*usersapi.User
	AccountFollowed      int64 `json:"accountFollowed"`
	SubscriptionFollowed int64 `json:"subscriptionFollowed"`
}

func newUserRow(u gateway.UserState) userRow {
	return userRow{u, u.Profile, u.Followed[causal.Account], u.Followed[causal.Subscription]}
}

type accountRow struct {
	gateway.AccountState
	UserFollowed int64 `json:"userFollowed"`
}

func newAccountRow(a gateway.AccountState) accountRow {
	return accountRow{a, a.Followed[causal.User]}
}

type subscriptionRow struct {
	gateway.SubscriptionState
	*gateway.Billing
	UserFollowed int64 `json:"userFollowed"`
}

func newSubscriptionRow(s gateway.SubscriptionState) subscriptionRow {
	return subscriptionRow{s, s.Billing, s.Followed[causal.User]}
}

// upsert stores the states of an aggregate.
type upsert struct {
	sql     string
	members []string // of a state, one for each argument of sql
}

// store stores states if they are newer than those in the table.
func store[R any](ctx context.Context, tx *gorm.DB, what string, u upsert, rows []R) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := pg.Exec(ctx, tx, what, u.sql, pg.Columns(rows, u.members...)...)
	return err
}

// column maps a member of a state to a column.
type column struct{ Name, Type, Member string }

var storeUsers = upsertPart("user_version", append([]column{
	{"user_version", "bigint", "version"},
	{"user_deleted", "boolean", "deleted"},
	{"rejected_because", "text", "rejectedBecause"},
	{"user_access_version", "bigint", "actedOn"},
	{"user_account_version", "bigint", "accountFollowed"},
	{"user_subscription_version", "bigint", "subscriptionFollowed"},
	{"registration_until", "timestamptz", "registrationUntil"},
}, profileColumns()...))

func profileColumns() []column {
	columns := make([]column, len(userslist.Columns))
	for i, c := range userslist.Columns {
		columns[i] = column(c)
	}
	return columns
}

var storeAccounts = upsertPart("account_version", []column{
	{"account_version", "bigint", "version"},
	{"account_deleted", "boolean", "deleted"},
	{"account_activity_version", "bigint", "actedOn"},
	{"account_user_version", "bigint", "userFollowed"},
	{"tokens_valid_from", "timestamptz", "tokensValidFrom"},
	{"ended_sessions", "jsonb", "endedSessions"},
	{"applicant", "jsonb", "applicant"},
})

var storeSubscriptions = upsertPart("subscription_version", []column{
	{"subscription_version", "bigint", "version"},
	{"subscription_deleted", "boolean", "deleted"},
	{"subscription_access_version", "bigint", "actedOn"},
	{"subscription_user_version", "bigint", "userFollowed"},
	{"subscription_id", "bigint", "subscriptionId"},
	{"subscription_plan_id", "bigint", "subscriptionPlanId"},
	{"subscription_plan_name", "text", "subscriptionPlanName"},
	{"subscription_plan_interval", "text", "subscriptionPlanInterval"},
	{"subscription_plan_amount", "bigint", "subscriptionPlanAmount"},
	{"subscription_plan_currency", "text", "subscriptionPlanCurrency"},
	{"subscription_plan_trial_period_days", "integer", "subscriptionPlanTrialPeriodDays"},
	{"subscription_charged_amount", "bigint", "subscriptionChargedAmount"},
	{"stripe_customer_id", "text", "stripeCustomerId"},
	{"stripe_subscription_id", "text", "stripeSubscriptionId"},
	{"subscription_status", "text", "subscriptionStatus"},
	{"current_period_start", "timestamptz", "currentPeriodStart"},
	{"current_period_end", "timestamptz", "currentPeriodEnd"},
	{"trial_start", "timestamptz", "trialStart"},
	{"trial_end", "timestamptz", "trialEnd"},
	{"cancel_at_period_end", "boolean", "cancelAtPeriodEnd"},
	{"canceled_at", "timestamptz", "canceledAt"},
	{"subscription_created_at", "timestamptz", "subscriptionCreatedAt"},
	{"subscription_updated_at", "timestamptz", "subscriptionUpdatedAt"},
	{"promotion_redemption_id", "bigint", "promotionRedemptionId"},
	{"promotion_id", "bigint", "promotionId"},
	{"promotion_name", "text", "promotionName"},
	{"promotion_code", "text", "promotionCode"},
	{"promotion_description", "text", "promotionDescription"},
	{"coupon_id", "bigint", "couponId"},
	{"coupon_name", "text", "couponName"},
	{"coupon_type_code", "text", "couponTypeCode"},
	{"coupon_type_name", "text", "couponTypeName"},
	{"discount_percentage", "numeric(5, 2)", "discountPercentage"},
	{"trial_days", "integer", "trialDays"},
	{"coupon_duration_type_code", "text", "couponDurationTypeCode"},
	{"coupon_duration_type_name", "text", "couponDurationTypeName"},
	{"duration_in_months", "integer", "durationInMonths"},
	{"stripe_discount_id", "text", "stripeDiscountId"},
	{"promotion_applied_at", "timestamptz", "promotionAppliedAt"},
	{"paid_since", "timestamptz", "paidSince"},
	{"trial_since", "timestamptz", "trialSince"},
	{"trial_until", "timestamptz", "trialUntil"},
	{"free_since", "timestamptz", "freeSince"},
	{"attempt_at", "timestamptz", "attemptAt"},
	{"last_ended_at", "timestamptz", "lastEndedAt"},
})

// upsertPart returns the statement that stores states in their columns. Like every writer it processes rows in the order
// of the user ids, which prevents deadlocks.
func upsertPart(version string, columns []column) upsert {
	columns = append([]column{{"user_id", "bigint", "userId"}}, columns...)
	var names, arrays, members, sets []string
	for _, c := range columns {
		names, arrays, members = append(names, c.Name), append(arrays, "?::"+c.Type+"[]"), append(members, c.Member)
		sets = append(sets, c.Name+" = excluded."+c.Name)
	}
	list := func(parts []string) string { return strings.Join(parts, ", ") }
	return upsert{"INSERT INTO user_overview AS held (" + list(names) + ")" +
		" SELECT * FROM unnest(" + list(arrays) + ") AS states (" + list(names) + ")" +
		" ORDER BY user_id" +
		" ON CONFLICT ON CONSTRAINT user_overview_pkey DO UPDATE SET " + list(sets[1:]) +
		" WHERE held." + version + " < excluded." + version, members}
}
