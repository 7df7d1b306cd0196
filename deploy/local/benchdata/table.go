package benchdata

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// table is a table to fill. Its columns do not include generated ones.
type table struct {
	database, name string
	columns        []string
	optional       int // how many of the last columns the table may lack
	// rows returns a user's rows.
	rows func(person) [][]any
}

// one is for a table with one row per user.
func one(row func(person) []any) func(person) [][]any {
	return func(p person) [][]any { return [][]any{row(p)} }
}

// tables are the tables with rows per user. Referenced tables come first.
var tables = []table{
	{"identity", "accounts", fields(`user_id version email displaced auth_type_code type_code is_active email_verified created_at
		last_login_at activity_version user_version deleted`), 0, one(account)},
	{"directory", "users", fields(`id username email type_code first_name last_name auth_type_code is_active created_at updated_at
		verified_at last_login_at exemption_from exemption_to legacy_user_id subscribed type_due_at deleted rejected_because
		version access_version account_version subscription_version`), 0, one(user)},
	{"directory", "verification_requests", fields(`user_id type_code code created_on expires_at attempts
		username email first_name last_name is_active`), 5, requests},
	{"billing", "billing_users", fields(`user_id key user_version user_access_version email name type_code is_active deleted
		stripe_customer_id version access_version state`), 0, one(billingUser)},
	{"billing", "subscriptions", fields(`id provider_id user_id status price_id amount currency interval interval_count quantity
		period_start period_end trial_start trial_end cancel_at_period_end canceled_at past_due_since created_at updated_at`), 0, subscriptions},
	{"billing", "promotion_redemptions", fields(`id user_id promotion_id checkout_id subscription_id status discount_id ends_at
		consumed_by reserved_at applied_at updated_at`), 0, redemptions},
	{"billing", "ledger_entries", fields(`key user_id kind amount tax currency subscription_id provider_subscription_id invoice_id
		interval interval_count occurred_at recorded_at`), 0, payments},
	{"gateway", "user_overview", overviewColumns, 0, one(overview)},
}

func fields(text string) []string { return strings.Fields(text) }

func account(p person) []any {
	return []any{
		p.ID, p.AccountVersion, p.Email, false, p.AuthTypeCode, p.TypeCode, p.IsActive, p.VerifiedAt != nil, p.CreatedAt,
		p.LastLoginAt, p.activityVersion, p.Version, false,
	}
}

func user(p person) []any {
	return []any{
		p.ID, p.Username, p.Email, p.TypeCode, p.FirstName, p.LastName, p.AuthTypeCode, p.IsActive, p.CreatedAt, p.UpdatedAt,
		p.VerifiedAt, p.LastLoginAt, p.ExemptionFrom, p.ExemptionTo, p.LegacyUserID, p.subscribed, p.typeDueAt, false, "",
		p.Version, p.AccessVersion, p.AccountVersion, p.SubscriptionVersion,
	}
}

// neverExpires keeps the requests: directory deletes requests that expired long ago.
var neverExpires = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

func requests(p person) [][]any {
	var rows [][]any
	for _, r := range p.requests {
		rows = append(rows, []any{
			p.ID, r.typeCode, r.code, r.createdOn, neverExpires, r.attempts,
			p.Username, p.Email, p.FirstName, p.LastName, p.IsActive,
		})
	}
	return rows
}

func billingUser(p person) []any {
	s := p.subscription
	return []any{
		p.ID, fmt.Sprintf("bench-%d", p.ID), p.Version, p.AccessVersion, p.Email, p.Username, p.TypeCode, p.IsActive, false,
		orNull(s.StripeCustomerID), s.Version, s.AccessVersion, jsonText(s.Subscription),
	}
}

func subscriptions(p person) [][]any {
	s := p.subscription
	if s.Current == nil {
		return nil
	}
	c := s.Current
	return [][]any{{
		c.ID, c.StripeSubscriptionID, p.ID, c.Status, s.priceID, c.PlanAmount, c.PlanCurrency, c.PlanInterval, c.PlanIntervalCount,
		c.Quantity, c.CurrentPeriodStart, c.CurrentPeriodEnd, c.TrialStart, c.TrialEnd, c.CancelAtPeriodEnd, c.CanceledAt,
		s.pastDueSince, c.CreatedAt, c.UpdatedAt,
	}}
}

func redemptions(p person) [][]any {
	r := p.subscription.Promotion
	if r == nil {
		return nil
	}
	discount := ""
	if r.StripeDiscountID != nil {
		discount = *r.StripeDiscountID
	}
	return [][]any{{
		r.RedemptionID, p.ID, r.PromotionID, p.ID, p.subscription.Current.ID, "applied", discount, p.subscription.redeemedTo, "",
		r.AppliedAt, r.AppliedAt, r.AppliedAt,
	}}
}

// mostPayments is the number of payments of a user that are in the ledger, from the first on.
const mostPayments = 4

func payments(p person) (rows [][]any) {
	s := p.subscription
	if s.Standing == nil || s.Standing.PaidSince == nil && s.Standing.EndedAt == nil {
		return nil
	}
	c := s.Current
	for at := c.CreatedAt; len(rows) < mostPayments && !at.After(*c.CurrentPeriodStart); {
		invoice := fmt.Sprintf("in_bench%d_%d", p.ID, len(rows))
		rows = append(rows, []any{
			"payment/" + invoice, p.ID, "payment", c.PlanAmount, 0, c.PlanCurrency, c.ID, c.StripeSubscriptionID, invoice,
			c.PlanInterval, c.PlanIntervalCount, at, at,
		})
		if at = at.AddDate(0, 1, 0); c.PlanInterval == "year" {
			at = at.AddDate(0, 11, 0)
		}
	}
	return rows
}

// jsonText encodes a value for a jsonb column. The values are plain structs, which always can be encoded.
func jsonText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
