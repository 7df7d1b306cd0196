package benchdata

import (
	"fmt"
	"time"

	"muster/libs/contracts/billingv1"
)

// subscription is a user's subscription as billing publishes it. Its id and that of the redemption are the user's.
type subscription struct {
	billingv1.Subscription
	priceID      string
	pastDueSince *time.Time
	redeemedTo   *time.Time // when the discount ends; nil if it does not
}

// statuses are those of the users' subscriptions; empty means no subscription.
var statuses = weighted[string]{
	{"", 505}, {"active", 355}, {"trialing", 35}, {"canceled", 70}, {"past_due", 15}, {"unpaid", 5}, {"paused", 2},
	{"incomplete", 8}, {"incomplete_expired", 5},
}

func (p *person) subscribe(c chance) {
	s := &p.subscription
	s.UserID = p.ID
	status := statuses.pick(c)
	if status == "" {
		return
	}
	planID := planIDs.pick(c)
	s.priceID = priceOf(planID)
	s.StripeCustomerID = fmt.Sprintf("cus_bench%d", p.ID)
	s.Current = newCurrent(c, p, planID, status)
	s.Access = status == "active" || status == "trialing"
	s.followed(status)
	if status == "past_due" {
		since := *s.Current.CurrentPeriodStart
		s.pastDueSince = &since
	}
	if c.in(300) {
		s.redeem(c)
	}
	if status == "trialing" {
		s.Current.ChargedAmount = 0
	}
	s.Standing = stand(s.Current)
}

// stand returns since when the user is what.
func stand(c *billingv1.Current) *billingv1.Standing {
	switch c.Status {
	case "active", "past_due":
		if c.ChargedAmount == 0 {
			return &billingv1.Standing{FreeSince: &c.CreatedAt}
		}
		return &billingv1.Standing{PaidSince: &c.CreatedAt}
	case "trialing":
		return &billingv1.Standing{TrialSince: c.TrialStart, TrialUntil: c.TrialEnd}
	case "incomplete", "incomplete_expired":
		return &billingv1.Standing{AttemptAt: &c.CreatedAt}
	}
	return &billingv1.Standing{EndedAt: c.CanceledAt}
}

func priceOf(planID int64) string { return fmt.Sprintf("price_bench%d", planID) }

// followed returns the versions that a subscription of this status has gone through: the customer, the subscription, and
// its end or suspension.
func (s *subscription) followed(status string) {
	switch status {
	case "incomplete", "incomplete_expired": // never had access, so directory had nothing to act on
		s.Version, s.AccessVersion = 2, 0
	case "active", "trialing":
		s.Version, s.AccessVersion = 2, 2
	default:
		s.Version, s.AccessVersion = 3, 3
	}
}

func newCurrent(c chance, p *person, planID int64, status string) *billingv1.Current {
	plan := plans[planID-1]
	began := c.between(p.CreatedAt, closed)
	start, end := period(c, plan.interval, began, status)
	s := &billingv1.Current{
		ID: p.ID, StripeSubscriptionID: fmt.Sprintf("sub_bench%d", p.ID), Status: status,
		PlanID: &planID, PlanName: &plan.name, PlanInterval: plan.interval, PlanIntervalCount: 1, PlanAmount: plan.amount,
		PlanCurrency: currency, PlanTrialPeriodDays: plan.trialDays, Quantity: 1, ChargedAmount: plan.amount,
		CurrentPeriodStart: &start, CurrentPeriodEnd: &end, CreatedAt: began, UpdatedAt: start,
	}
	switch {
	case status == "trialing":
		s.TrialStart, s.TrialEnd = &start, &end
	case status == "canceled":
		at := c.between(start, end)
		s.CanceledAt, s.UpdatedAt = &at, at
	case status == "active" && c.in(40):
		s.CancelAtPeriodEnd, s.CanceledAt = true, &start
	}
	return s
}

// period is the subscription's current period, or its last one if it has ended.
func period(c chance, interval string, began time.Time, status string) (start, end time.Time) {
	start = began
	if status != "canceled" && status != "incomplete" && status != "incomplete_expired" {
		start = c.between(latest(began, closed.AddDate(0, -1, 0)), closed)
	}
	if interval == "year" {
		return start, start.AddDate(1, 0, 0)
	}
	return start, start.AddDate(0, 1, 0)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// redeem applies a promotion to the subscription.
func (s *subscription) redeem(c chance) {
	id := discountIDs.pick(c)
	if s.Current.Status == "trialing" {
		id = freeMonth
	}
	p := promotions[id-1]
	s.Promotion = &billingv1.Promotion{
		RedemptionID: s.UserID, PromotionID: id, Name: p.name, Code: p.code, Description: &p.description,
		CouponID: id, CouponName: p.coupon, CouponTypeCode: p.typeCode, TrialDays: p.trialDays,
		DurationTypeCode: p.duration, DurationInMonths: p.months, AppliedAt: s.Current.CreatedAt,
	}
	if p.typeCode == "DISC" {
		percent := float64(p.percent)
		s.Promotion.DiscountPercent = &percent
	}
	if p.typeCode == "AMOU" {
		s.Promotion.DiscountAmount = &p.amountOff
	}
	if id != freeMonth {
		discount := fmt.Sprintf("di_bench%d", s.UserID)
		s.Promotion.StripeDiscountID = &discount
	}
	if p.months != nil {
		to := s.Current.CurrentPeriodStart.AddDate(0, *p.months, 0)
		s.redeemedTo = &to
	}
	s.Current.ChargedAmount = p.off(s.Current.PlanAmount)
}
