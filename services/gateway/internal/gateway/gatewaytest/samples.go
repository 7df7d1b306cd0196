package gatewaytest

import (
	"fmt"
	"time"

	"muster/libs/causal"
	"muster/libs/contracts/contracttest"
	"muster/libs/usersapi"
	"muster/services/gateway/internal/gateway"
)

// Day is the date of all samples.
var Day = time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC)

// User returns a user state with every field set.
func User(id, version int64) gateway.UserState {
	u := usersapi.FromRecord(contracttest.User()) // also with every field set
	u.ID, u.Username, u.Email, u.LastName = id, fmt.Sprintf("user%d", id), fmt.Sprintf("user%d@example.com", id), new(fmt.Sprintf("Number %d", version))
	u.CreatedAt, u.UpdatedAt, u.VerifiedAt = Day, Day.Add(time.Duration(version)*time.Second), new(Day.Add(time.Minute))
	u.LastLoginAt, u.ExemptionFrom, u.ExemptionTo = new(Day.Add(time.Hour)), new(Day.Add(-time.Hour)), new(Day.Add(2*time.Hour))
	u.LegacyUserID = new(id + 1000)
	return gateway.UserState{
		State:   causal.State{UserID: id, Version: version, ActedOn: 1, Followed: causal.Followed{causal.Account: 1, causal.Subscription: 1}},
		Profile: &u, RegistrationUntil: new(Day.Add(3 * time.Hour)),
	}
}

// Account returns an account state with every field set.
func Account(id, version int64) gateway.AccountState {
	return gateway.AccountState{
		State:           causal.State{UserID: id, Version: version, ActedOn: 1, Followed: causal.Followed{causal.User: 1}},
		TokensValidFrom: new(Day.Add(-time.Minute)),
		EndedSessions:   []gateway.EndedSession{{ID: fmt.Sprintf("session-%d", version), Until: Day.Add(time.Hour)}},
		Applicant:       &usersapi.User{ID: id, Username: "applicant", Email: "applicant@example.com", TypeCode: "NONS", CreatedAt: Day, UpdatedAt: Day},
	}
}

// Subscription returns a billing state with every field set.
func Subscription(id, version int64) gateway.SubscriptionState {
	at := func(hours int) *time.Time { return new(Day.Add(time.Duration(hours) * time.Hour)) }
	return gateway.SubscriptionState{
		State: causal.State{UserID: id, Version: version, ActedOn: 1, Followed: causal.Followed{causal.User: 1}},
		Billing: &gateway.Billing{
			SubscriptionID: new(id + 42), SubscriptionPlanID: new(int64(1)), SubscriptionPlanName: new("Monthly"), SubscriptionPlanInterval: new("month"),
			SubscriptionPlanAmount: new(int64(1500)), SubscriptionPlanCurrency: new("usd"), SubscriptionPlanTrialPeriodDays: new(14),
			SubscriptionChargedAmount: new(1200 + version), StripeCustomerID: new("cus_1"), StripeSubscriptionID: new("sub_1"),
			SubscriptionStatus: new("active"), CurrentPeriodStart: at(1), CurrentPeriodEnd: at(2), TrialStart: at(3), TrialEnd: at(4),
			CancelAtPeriodEnd: new(true), CanceledAt: at(5), SubscriptionCreatedAt: at(6), SubscriptionUpdatedAt: at(7),
			PromotionRedemptionID: new(int64(5)), PromotionID: new(int64(3)), PromotionName: new("Summer Special"), PromotionCode: new("SUMMER20"),
			PromotionDescription: new("20% off"), CouponID: new(int64(2)), CouponName: new("Summer Discount"), CouponTypeCode: new("DISC"),
			CouponTypeName: new("Discount Percentage"), DiscountPercentage: new(33.33), TrialDays: new(7), CouponDurationTypeCode: new("REPE"),
			CouponDurationTypeName: new("Repeating"), DurationInMonths: new(3), StripeDiscountID: new("di_1"), PromotionAppliedAt: at(8),
		},
		Standing: gateway.Standing{PaidSince: at(9), TrialSince: at(10), TrialUntil: at(11), FreeSince: at(12), AttemptAt: at(13), LastEndedAt: at(14)},
	}
}
