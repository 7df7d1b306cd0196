package postgres

import (
	"context"
	"net/url"

	"gorm.io/gorm"

	"muster/libs/listing"
	"muster/libs/usersapi"
	"muster/services/billing/internal/billing"
)

var plans = listing.New(
	listing.Field{Name: "id", Column: "p.id", Kind: listing.Integer, Digits: true, ID: true, Sortable: true, Filterable: true},
	listing.Field{Name: "name", Column: "p.name", Kind: listing.Text, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "interval", Column: `p."interval"`, Kind: listing.Code, Sortable: true, Filterable: true, Values: []string{"day", "week", "month", "year"}},
	listing.Field{Name: "intervalCount", Column: "p.interval_count", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "amount", Column: "p.amount", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "currency", Column: "p.currency", Kind: listing.Code, Sortable: true, Filterable: true},
	listing.Field{Name: "trialPeriodDays", Column: "p.trial_period_days", Kind: listing.Integer, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "active", Column: "p.active", Kind: listing.Bool, Sortable: true, Filterable: true},
	listing.Field{Name: "createdAt", Column: "p.created_at", Kind: listing.Date, Sortable: true, Filterable: true},
)

var coupons = listing.New(
	listing.Field{Name: "id", Column: "c.id", Kind: listing.Integer, Digits: true, ID: true, Sortable: true, Filterable: true},
	listing.Field{Name: "name", Column: "c.name", Kind: listing.Text, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "couponTypeCode", Column: "c.type_code", Kind: listing.Code, Sortable: true, Filterable: true},
	listing.Field{Name: "couponTypeName", Column: "c.type_code", Kind: listing.Text, Names: usersapi.CouponTypeNames, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "discountPercentage", Column: "(c.basis_points / 100.0)", Kind: listing.Decimal, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "discountAmount", Column: "c.amount_off", Kind: listing.Integer, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "currency", Column: "c.currency", Kind: listing.Code, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "trialDays", Column: "c.trial_days", Kind: listing.Integer, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "couponDurationTypeCode", Column: "c.duration_code", Kind: listing.Code, Sortable: true, Filterable: true},
	listing.Field{Name: "couponDurationTypeName", Column: "c.duration_code", Kind: listing.Text, Names: usersapi.DurationNames, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "durationInMonths", Column: "c.duration_in_months", Kind: listing.Integer, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "active", Column: "c.active", Kind: listing.Bool, Sortable: true, Filterable: true},
	listing.Field{Name: "createdAt", Column: "c.created_at", Kind: listing.Date, Sortable: true, Filterable: true},
)

var promotions = listing.New(
	listing.Field{Name: "id", Column: "p.id", Kind: listing.Integer, Digits: true, ID: true, Sortable: true, Filterable: true},
	listing.Field{Name: "name", Column: "p.name", Kind: listing.Text, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "code", Column: "p.code", Kind: listing.Text, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "description", Column: "p.description", Kind: listing.Text, Nullable: true, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "couponId", Column: "p.coupon_id", Kind: listing.Integer, Digits: true, Sortable: true, Filterable: true},
	listing.Field{Name: "startsAt", Column: "p.starts_at", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "expiresAt", Column: "p.expires_at", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "maxRedemptions", Column: "p.max_redemptions", Kind: listing.Integer, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "perUserLimit", Column: "p.per_user_limit", Kind: listing.Integer, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "firstTimeOnly", Column: "p.first_time_only", Kind: listing.Bool, Sortable: true, Filterable: true},
	listing.Field{Name: "active", Column: "p.active", Kind: listing.Bool, Sortable: true, Filterable: true},
	listing.Field{Name: "redemptions", Column: "p.redeemed", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "createdAt", Column: "p.created_at", Kind: listing.Date, Sortable: true, Filterable: true},
)

var redemptions = listing.New(
	listing.Field{Name: "id", Column: "r.id", Kind: listing.Integer, Digits: true, ID: true, Sortable: true, Filterable: true},
	listing.Field{Name: "userId", Column: "r.user_id", Kind: listing.Integer, Digits: true, Sortable: true, Filterable: true},
	listing.Field{Name: "subscriptionId", Column: "NULLIF(r.subscription_id, 0)", Kind: listing.Integer, Digits: true, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "status", Column: "r.status", Kind: listing.Code, Sortable: true, Filterable: true, Searched: true, Values: []string{
		string(billing.Reserved), string(billing.Applied), string(billing.Consumed), string(billing.Expired), string(billing.Released), string(billing.Removed),
	}},
	listing.Field{Name: "stripeDiscountId", Column: "NULLIF(r.discount_id, '')", Kind: listing.Text, Nullable: true, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "endsAt", Column: "r.ends_at", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "reservedAt", Column: "r.reserved_at", Kind: listing.Date, Sortable: true, Filterable: true},
	listing.Field{Name: "appliedAt", Column: "r.applied_at", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "updatedAt", Column: "r.updated_at", Kind: listing.Date, Sortable: true, Filterable: true},
)

// AllPlans lists all plans, those off sale as well.
func (s *Store) AllPlans(ctx context.Context, u *url.URL) (listing.Page[billing.Plan], error) {
	q, err := plans.ParseURL(u)
	if err != nil {
		return listing.Page[billing.Plan]{}, err
	}
	page, err := listing.Fetch[planRow](ctx, s.db, q, planColumns, "plans p")
	return listing.Map(page, planRow.plan), err
}

// Coupons lists all coupons, archived ones as well.
func (s *Store) Coupons(ctx context.Context, u *url.URL) (listing.Page[billing.Coupon], error) {
	q, err := coupons.ParseURL(u)
	if err != nil {
		return listing.Page[billing.Coupon]{}, err
	}
	page, err := listing.Fetch[couponRow](ctx, s.db, q, couponColumns, "coupons c")
	return listing.Map(page, couponRow.coupon), err
}

// Promotions lists all promotions, inactive ones as well.
func (s *Store) Promotions(ctx context.Context, u *url.URL) (listing.Page[billing.Promotion], error) {
	q, err := promotions.ParseURL(u)
	if err != nil {
		return listing.Page[billing.Promotion]{}, err
	}
	page, err := listing.Fetch[promotionRow](ctx, s.db, q, promotionColumns, "promotions p")
	if err != nil {
		return listing.Page[billing.Promotion]{}, err
	}
	return completed(ctx, s.db, page, completePromotions)
}

// Redemptions lists the redemptions of a promotion; billing.ErrPromoNotFound if there is no such promotion. They have
// no more of the promotion than its id.
func (s *Store) Redemptions(ctx context.Context, promotionID int64, u *url.URL) (listing.Page[billing.Redemption], error) {
	q, err := redemptions.ParseURL(u)
	if err != nil {
		return listing.Page[billing.Redemption]{}, err
	}
	if _, err := findPromotion(ctx, s.db, "p.id = ?", promotionID); err != nil {
		return listing.Page[billing.Redemption]{}, err
	}
	page, err := listing.Fetch[redemptionRow](ctx, s.db, q.And("r.promotion_id = ?", promotionID), redemptionColumns, "promotion_redemptions r")
	return listing.Map(page, redemptionRow.redemption), err
}

// completed converts the rows of a page together.
func completed[R, V any](ctx context.Context, db *gorm.DB, page listing.Page[R], convert func(context.Context, *gorm.DB, []R) ([]V, error)) (listing.Page[V], error) {
	whole, err := convert(ctx, db, page.Data)
	next := listing.Map(page, func(R) (v V) { return v })
	next.Data = whole
	return next, err
}
