package benchdata

import (
	"time"

	"muster/libs/contracts/billingv1"
	"muster/libs/usersapi"
)

// overviewColumns are the columns of the gateway's read model in three parts: user, account, subscription.
var overviewColumns = fields(`user_id
	user_version user_access_version user_account_version user_subscription_version username email type_code first_name
	last_name auth_type_code is_active created_at updated_at verified_at last_login_at exemption_from
	exemption_to legacy_user_id registration_until
	account_version account_activity_version account_user_version
	subscription_version subscription_access_version subscription_user_version
	paid_since trial_since trial_until free_since attempt_at last_ended_at
	subscription_id subscription_plan_id
	subscription_plan_name subscription_plan_interval subscription_plan_amount subscription_plan_currency
	subscription_plan_trial_period_days subscription_charged_amount stripe_customer_id stripe_subscription_id
	subscription_status current_period_start current_period_end trial_start trial_end cancel_at_period_end canceled_at
	subscription_created_at subscription_updated_at
	promotion_redemption_id promotion_id promotion_name promotion_code promotion_description coupon_id coupon_name
	coupon_type_code coupon_type_name discount_percentage trial_days coupon_duration_type_code coupon_duration_type_name
	duration_in_months stripe_discount_id promotion_applied_at`)

func overview(p person) []any {
	row := make([]any, 0, len(overviewColumns))
	row = append(row, p.ID,
		p.Version, p.AccessVersion, p.AccountVersion, p.SubscriptionVersion, p.Username, p.Email, p.TypeCode,
		p.FirstName, p.LastName, p.AuthTypeCode, p.IsActive, p.CreatedAt, p.UpdatedAt,
		p.VerifiedAt, p.LastLoginAt, p.ExemptionFrom, p.ExemptionTo, p.LegacyUserID, p.registrationUntil(),
		p.AccountVersion, p.activityVersion, p.Version)
	row = append(row, p.subscription.overview()...)
	return append(row, make([]any, cap(row)-len(row))...) // missing values are null
}

// registrationUntil is when an unverified user's registration code expires; nil if there is none.
func (p person) registrationUntil() *time.Time {
	for _, r := range p.requests {
		if r.typeCode == "REGR" {
			return &neverExpires
		}
	}
	return nil
}

func (s subscription) overview() []any {
	row := []any{s.Version, s.AccessVersion, s.UserVersion}
	var standing billingv1.Standing
	if s.Standing != nil {
		standing = *s.Standing
	}
	row = append(row, standing.PaidSince, standing.TrialSince, standing.TrialUntil, standing.FreeSince, standing.AttemptAt, standing.EndedAt)
	if c := s.Current; c != nil {
		row = append(row, c.ID, c.PlanID, c.PlanName, c.PlanInterval, c.PlanAmount, c.PlanCurrency, c.PlanTrialPeriodDays,
			c.ChargedAmount, s.StripeCustomerID, c.StripeSubscriptionID, c.Status, c.CurrentPeriodStart, c.CurrentPeriodEnd,
			c.TrialStart, c.TrialEnd, c.CancelAtPeriodEnd, c.CanceledAt, c.CreatedAt, c.UpdatedAt)
	}
	if p := s.Promotion; p != nil {
		row = append(row, p.RedemptionID, p.PromotionID, p.Name, p.Code, p.Description, p.CouponID, p.CouponName, p.CouponTypeCode,
			usersapi.CouponTypeName(p.CouponTypeCode), p.DiscountPercent, p.TrialDays, p.DurationTypeCode,
			usersapi.DurationName(p.DurationTypeCode), p.DurationInMonths, p.StripeDiscountID, p.AppliedAt)
	}
	return row
}
