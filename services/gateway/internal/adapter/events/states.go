package events

import (
	"cmp"

	"muster/libs/causal"
	"muster/libs/contracts/billingv1"
	"muster/libs/contracts/directoryv1"
	"muster/libs/contracts/identityv1"
	"muster/libs/usersapi"
	"muster/services/gateway/internal/gateway"
)

func userState(u directoryv1.User) gateway.UserState {
	s := gateway.UserState{
		State: causal.State{
			UserID: u.ID, Version: u.Version, Deleted: u.Deleted, ActedOn: u.AccessVersion,
			Followed: causal.Followed{causal.Account: u.AccountVersion, causal.Subscription: u.SubscriptionVersion},
		},
		RejectedBecause: u.RejectedBecause,
	}
	if u.Deleted {
		return s
	}
	profile := usersapi.FromRecord(u)
	s.Profile, s.RegistrationUntil = &profile, u.RegistrationUntil
	return s
}

func accountState(a identityv1.Account) gateway.AccountState {
	s := gateway.AccountState{
		State: causal.State{
			UserID: a.UserID, Version: a.Version, Deleted: a.Deleted, ActedOn: a.ActivityVersion,
			Followed: causal.Followed{causal.User: a.UserVersion},
		},
		TokensValidFrom: a.TokensValidFrom,
	}
	for _, ended := range a.EndedSessions {
		s.EndedSessions = append(s.EndedSessions, gateway.EndedSession{ID: ended.ID, Until: ended.Until})
	}
	if a.Registration != nil && !a.Deleted {
		s.Applicant = applicant(a, *a.Registration)
	}
	return s
}

// applicant returns the user that directory will create from a registration.
func applicant(a identityv1.Account, r identityv1.Registration) *usersapi.User {
	u := &usersapi.User{
		ID: a.UserID, Username: r.Username, Email: a.Email, TypeCode: r.TypeCode, TypeName: usersapi.TypeName(r.TypeCode),
		FirstName: r.FirstName, LastName: r.LastName, AuthTypeCode: a.AuthTypeCode, AuthTypeName: usersapi.AuthTypeName(a.AuthTypeCode),
		IsActive: true, CreatedAt: a.CreatedAt, UpdatedAt: a.CreatedAt, LastLoginAt: a.LastLoginAt,
	}
	if r.EmailVerified {
		u.VerifiedAt = &a.CreatedAt
	}
	return u
}

func subscriptionState(s billingv1.Subscription) gateway.SubscriptionState {
	state := gateway.SubscriptionState{State: causal.State{
		UserID: s.UserID, Version: s.Version, Deleted: s.Deleted, ActedOn: s.AccessVersion,
		Followed: causal.Followed{causal.User: s.UserVersion},
	}}
	switch {
	case s.Deleted:
		return state
	case s.Standing != nil:
		state.Standing = standing(*s.Standing)
	case s.Current != nil:
		state.Standing = standing(standingByCurrent(*s.Current))
	}
	if s.Current == nil {
		return state
	}
	state.Billing = billing(s.StripeCustomerID, *s.Current)
	if s.Promotion != nil {
		addPromotion(state.Billing, *s.Promotion)
	}
	return state
}

func standing(s billingv1.Standing) gateway.Standing {
	return gateway.Standing{
		PaidSince: s.PaidSince, TrialSince: s.TrialSince, TrialUntil: s.TrialUntil, FreeSince: s.FreeSince, AttemptAt: s.AttemptAt, LastEndedAt: s.EndedAt,
	}
}

// standingByCurrent returns what a record of an earlier release tells of the standing, until billing publishes it again: the
// class by the current subscription, and since when by what is known of that.
func standingByCurrent(c billingv1.Current) billingv1.Standing {
	switch status := c.Status; {
	case (status == "active" || status == "past_due") && c.ChargedAmount > 0:
		return billingv1.Standing{PaidSince: cmp.Or(c.TrialEnd, &c.CreatedAt)}
	case status == "trialing":
		return billingv1.Standing{TrialSince: cmp.Or(c.TrialStart, &c.CreatedAt), TrialUntil: c.TrialEnd}
	case status == "active":
		return billingv1.Standing{FreeSince: cmp.Or(c.CurrentPeriodStart, &c.CreatedAt)}
	case status == "incomplete" || status == "incomplete_expired":
		return billingv1.Standing{AttemptAt: &c.CreatedAt}
	}
	return billingv1.Standing{EndedAt: cmp.Or(c.EndedAt, c.CanceledAt)}
}

func billing(customerID string, c billingv1.Current) *gateway.Billing {
	return &gateway.Billing{
		SubscriptionID: &c.ID, SubscriptionPlanID: c.PlanID, SubscriptionPlanName: c.PlanName, SubscriptionPlanInterval: &c.PlanInterval,
		SubscriptionPlanAmount: &c.PlanAmount, SubscriptionPlanCurrency: &c.PlanCurrency, SubscriptionPlanTrialPeriodDays: c.PlanTrialPeriodDays,
		SubscriptionChargedAmount: &c.ChargedAmount, StripeCustomerID: optional(customerID), StripeSubscriptionID: optional(c.StripeSubscriptionID),
		SubscriptionStatus: &c.Status, CurrentPeriodStart: c.CurrentPeriodStart, CurrentPeriodEnd: c.CurrentPeriodEnd,
		TrialStart: c.TrialStart, TrialEnd: c.TrialEnd, CancelAtPeriodEnd: &c.CancelAtPeriodEnd, CanceledAt: c.CanceledAt,
		SubscriptionCreatedAt: &c.CreatedAt, SubscriptionUpdatedAt: &c.UpdatedAt,
	}
}

func addPromotion(b *gateway.Billing, p billingv1.Promotion) {
	b.PromotionRedemptionID = &p.RedemptionID
	if p.PromotionID != 0 {
		b.PromotionID, b.PromotionName, b.PromotionCode, b.PromotionDescription = &p.PromotionID, &p.Name, &p.Code, p.Description
	}
	b.CouponID, b.CouponName = &p.CouponID, &p.CouponName
	b.CouponTypeCode, b.CouponTypeName = &p.CouponTypeCode, optional(usersapi.CouponTypeName(p.CouponTypeCode))
	b.DiscountPercentage, b.TrialDays = p.DiscountPercent, p.TrialDays
	b.CouponDurationTypeCode, b.CouponDurationTypeName = &p.DurationTypeCode, optional(usersapi.DurationName(p.DurationTypeCode))
	b.DurationInMonths, b.StripeDiscountID, b.PromotionAppliedAt = p.DurationInMonths, p.StripeDiscountID, &p.AppliedAt
}

// optional returns nil for an empty string.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
