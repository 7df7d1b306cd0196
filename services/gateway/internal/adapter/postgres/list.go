package postgres

import (
	"context"

	"muster/libs/listing"
	"muster/libs/pg"
	"muster/libs/usersapi/userslist"
	"muster/services/gateway/internal/gateway"
)

// Fields are the fields by which the list of full users sorts and filters (users-api sections 4.1 and 4.2). It sorts by
// all of them: "and every other field above".
var Fields = listing.New(allSortable(append(userslist.Fields("user_overview", "user_id", ""),
	code("subscriptionStatus", "subscription_status", nullable, byValue),
	text("subscriptionPlanName", "subscription_plan_name", searched, nullable),
	text("stripeCustomerId", "stripe_customer_id", nullable),
	text("stripeSubscriptionId", "stripe_subscription_id", nullable),
	text("promotionName", "promotion_name", searched, nullable),
	text("promotionCode", "promotion_code", searched, nullable),
	text("couponName", "coupon_name", nullable),
	integer("subscriptionPlanAmount", "subscription_plan_amount", nullable),
	integer("subscriptionChargedAmount", "subscription_charged_amount", nullable),
	// The contract calls it an integer, but it may have two decimals, so both are accepted.
	field(listing.Decimal, "discountPercentage", "discount_percentage", nullable),
	code("couponTypeCode", "coupon_type_code", nullable, byValue),
))...).SearchIn("search_text")

func allSortable(fields []listing.Field) []listing.Field {
	for i := range fields {
		fields[i].Sortable = true
	}
	return fields
}

// table is the listed table.
var table = listing.Table{Name: "user_overview", Only: "user_overview.visible"}

// FullUsers returns one page of the visible users, and their total as of the same moment.
func (s *Store) FullUsers(ctx context.Context, q listing.Query) (listing.Page[gateway.FullUser], error) {
	return listing.Fetch[gateway.FullUser](ctx, s.db, q.CountedBy(s.totals), fullColumns, "user_overview")
}

// EachFullUser passes all visible users that match to fn, as of one moment; see [listing.Each].
func (s *Store) EachFullUser(ctx context.Context, q listing.Query, fn func(rows []gateway.FullUser) error) error {
	return listing.Each(ctx, s.db, q.CountedBy(s.totals), fullColumns, "user_overview", fn)
}

// FullUser returns one user, or gateway.ErrUserNotFound.
func (s *Store) FullUser(ctx context.Context, id int64) (gateway.FullUser, error) {
	return pg.One[gateway.FullUser](ctx, s.db, "read full user", gateway.ErrUserNotFound,
		"SELECT "+fullColumns+" FROM user_overview WHERE user_id = ? AND visible", id)
}

// The columns of the user object and the full object, named as gorm maps the structs' fields.
var (
	userColumns = userslist.Select("user_id", "")

	fullColumns = userColumns + `, subscription_id, subscription_plan_id, subscription_plan_name, subscription_plan_interval,
		subscription_plan_amount, subscription_plan_currency, subscription_plan_trial_period_days, subscription_charged_amount,
		stripe_customer_id, stripe_subscription_id, subscription_status, current_period_start, current_period_end,
		trial_start, trial_end, cancel_at_period_end, canceled_at, subscription_created_at, subscription_updated_at,
		promotion_redemption_id, promotion_id, promotion_name, promotion_code, promotion_description, coupon_id, coupon_name,
		coupon_type_code, coupon_type_name, discount_percentage, trial_days, coupon_duration_type_code,
		coupon_duration_type_name, duration_in_months, stripe_discount_id, promotion_applied_at`
)

type trait func(*listing.Field)

func searched(f *listing.Field) { f.Searched = true }

// The rollup has the values of codes, and for other columns only whether they are null.
func nullable(f *listing.Field) { f.Nullable, f.Rollup = true, listing.ByNull }
func byValue(f *listing.Field)  { f.Rollup = listing.ByValue }

func text(name, column string, traits ...trait) listing.Field {
	return field(listing.Text, name, column, traits...)
}

func code(name, column string, traits ...trait) listing.Field {
	return field(listing.Code, name, column, traits...)
}

func integer(name, column string, traits ...trait) listing.Field {
	return field(listing.Integer, name, column, traits...)
}

func field(kind listing.Kind, name, column string, traits ...trait) listing.Field {
	f := listing.Field{Name: name, Column: column, Kind: kind, Filterable: true}
	for _, t := range traits {
		t(&f)
	}
	return f
}
