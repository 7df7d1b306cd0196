// Package contracttest has a complete sample of each payload for the tests of publishers and consumers. Every member is
// set, so that a test notices a lost member.
package contracttest

import (
	"encoding/json"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
	"muster/libs/contracts/directoryv1"
	"muster/libs/contracts/identityv1"
)

// Samples returns one sample of each payload.
func Samples() []contracts.Payload {
	return []contracts.Payload{
		Account(), AccountEvent(), User(), UserEvent(), ImportEvent(), Subscription(), SubscriptionEvent(), InvoiceEvent(), RedemptionEvent(),
		PromotionEvent(), ReconciliationEvent(), LedgerEntry(),
	}
}

func at(day int) time.Time      { return time.Date(2023, 6, day, 8, 30, 0, 0, time.UTC) }
func ptr[T any](v T) *T         { return &v }
func moment(day int) *time.Time { return ptr(at(day)) }

// Account is an account that waits for directory.
func Account() identityv1.Account {
	return identityv1.Account{
		UserID: 42, Version: 3, Email: "john@example.com", AuthTypeCode: "EMAI", CreatedAt: at(1), LastLoginAt: moment(2),
		Registration: &identityv1.Registration{
			Username: "john", FirstName: ptr("John"), LastName: ptr("Doe"), TypeCode: "NONS", EmailVerified: true, Imported: true, Invited: true,
			Properties: json.RawMessage(`{"plan":"gold","seats":3}`),
		},
		Legacy: &identityv1.Legacy{UserID: 17, EmailVerified: true}, ActivityVersion: 2, UserVersion: 1, TokensValidFrom: moment(3),
		EndedSessions: []identityv1.EndedSession{{ID: "0190a1b2-0000-7000-8000-000000000001", Until: at(4)}},
	}
}

// AccountEvent is a refused sign-in.
func AccountEvent() identityv1.AccountEvent {
	return identityv1.AccountEvent{
		Kind: identityv1.Refused, UserID: 42, Version: 3, At: at(2), SessionID: "0190a1b2-0000-7000-8000-000000000001",
		Refusal: &identityv1.Refusal{Action: "sign-in", Result: "INVALID_CREDENTIALS"},
	}
}

// User is a user with every member set.
func User() directoryv1.User {
	return directoryv1.User{
		ID: 42, Version: 7, Username: "John Doe", Email: "john@example.com", TypeCode: "SUBS", FirstName: ptr("John"),
		LastName: ptr("Doe"), AuthTypeCode: "EMAI", IsActive: true, CreatedAt: at(1), UpdatedAt: at(5), VerifiedAt: moment(1),
		LastLoginAt: moment(2), ExemptionFrom: moment(6), ExemptionTo: moment(7), LegacyUserID: ptr(int64(17)), RegistrationUntil: moment(2),
		SessionsEnd:   &directoryv1.SessionsEnd{Version: 3, OpenedBy: at(3), Except: "0190a1b2-0000-7000-8000-000000000001"},
		AccessVersion: 5, AccountVersion: 2, SubscriptionVersion: 4,
	}
}

// UserEvent is a user whom an administrator made one.
func UserEvent() directoryv1.UserEvent {
	return directoryv1.UserEvent{
		Kind: directoryv1.TypeChanged, UserID: 42, Version: 2, At: at(1), TypeCode: "ADMI", FormerTypeCode: "NONS",
		Actor: &directoryv1.Actor{UserID: 7, SessionID: "0190a1b2-0000-7000-8000-000000000001"},
	}
}

// ImportEvent is the upload of a roster that goes on.
func ImportEvent() directoryv1.ImportEvent {
	return directoryv1.ImportEvent{
		Kind: directoryv1.ImportContinued, ImportID: "roster-2023", Lines: 500, At: at(1),
		Actor: directoryv1.Actor{UserID: 7, SessionID: "0190a1b2-0000-7000-8000-000000000001"},
	}
}

// Subscription is an active subscription with a promotion of 20 %.
func Subscription() billingv1.Subscription {
	return billingv1.Subscription{
		UserID: 42, Version: 4, Access: true, AccessVersion: 3, UserVersion: 5, StripeCustomerID: "cus_abc123",
		Current: &billingv1.Current{
			ID: 42, StripeSubscriptionID: "sub_xyz789", Status: "active", PlanID: ptr(int64(1)), PlanName: ptr("Monthly"), PlanInterval: "month",
			PlanIntervalCount: 1, PlanAmount: 1500, PlanCurrency: "usd", PlanTrialPeriodDays: ptr(14), Quantity: 1, ChargedAmount: 1200,
			CurrentPeriodStart: moment(1), CurrentPeriodEnd: moment(30), TrialStart: moment(1), TrialEnd: moment(15),
			CancelAtPeriodEnd: true, CancelAt: moment(30), CanceledAt: moment(20), EndedAt: moment(30), CollectionPaused: true,
			CreatedAt: at(1), UpdatedAt: at(20),
		},
		Promotion: &billingv1.Promotion{
			RedemptionID: 5, PromotionID: 3, Name: "Summer Special", Code: "SUMMER20", Description: ptr("20% off for summer"),
			CouponID: 2, CouponName: "Summer Discount", CouponTypeCode: "DISC", DiscountPercent: ptr(20.0), DiscountAmount: ptr(int64(300)),
			TrialDays: ptr(30), DurationTypeCode: "REPE", DurationInMonths: ptr(4), StripeDiscountID: ptr("di_abc123"), AppliedAt: at(1),
		},
		Standing: &billingv1.Standing{
			PaidSince: moment(1), TrialSince: moment(2), TrialUntil: moment(3), FreeSince: moment(4), AttemptAt: moment(5), EndedAt: moment(6),
		},
	}
}

// SubscriptionEvent is a first activation.
func SubscriptionEvent() billingv1.SubscriptionEvent {
	after := Subscription().Current
	before := *after
	before.Status = "incomplete"
	return billingv1.SubscriptionEvent{
		Kind: billingv1.Activated, UserID: 42, Version: 4, SubscriptionID: 42, PlanID: ptr(int64(1)), Status: "active", At: at(1),
		Subscription: after, Before: &before,
	}
}

// InvoiceEvent is a refund of a part of an invoice.
func InvoiceEvent() billingv1.InvoiceEvent {
	return billingv1.InvoiceEvent{
		Kind: billingv1.InvoiceRefunded, UserID: 42, Version: 4, At: at(20), Invoice: billingv1.Invoice{
			ID: 9, StripeInvoiceID: "in_abc123", SubscriptionID: ptr(int64(42)), StripeSubscriptionID: ptr("sub_xyz789"), Status: "paid",
			BillingReason: "subscription_cycle", Currency: "usd", Subtotal: 1500, Discount: 300, Tax: 228, Total: 1428, Paid: 1428, Due: 1428,
			CreatedAt: at(1), FinalizedAt: moment(1), DueAt: moment(2), PaidAt: moment(3), VoidedAt: moment(4), UncollectibleAt: moment(5),
		},
		Amount: ptr(int64(500)), Reason: ptr("requested_by_customer"), StripeChargeID: ptr("ch_abc123"), StripeRefundID: ptr("re_abc123"),
		StripeDisputeID: ptr("dp_abc123"),
	}
}

// RedemptionEvent is a redemption with which a subscription has begun.
func RedemptionEvent() billingv1.RedemptionEvent {
	return billingv1.RedemptionEvent{
		Kind: billingv1.RedemptionApplied, UserID: 42, Version: 4, At: at(1), RedemptionID: 5, PromotionID: 3, Code: "SUMMER20", CouponID: 2,
		SubscriptionID: ptr(int64(42)),
	}
}

// PromotionEvent is a promotion that was prolonged. Its coupon has a value of each type, which no real one has.
func PromotionEvent() billingv1.PromotionEvent {
	after := billingv1.PromotionTerms{
		Name: "Summer", Code: "SUMMER20", Description: ptr("For the summer"), CouponID: 2, CouponTypeCode: "DISC", DiscountPercent: ptr(20.5),
		DiscountAmount: ptr(int64(500)), Currency: ptr("usd"), TrialDays: ptr(14), DurationTypeCode: "REPE", DurationInMonths: ptr(3),
		StartsAt: moment(1), ExpiresAt: moment(30), MaxRedemptions: ptr(100), Redemptions: 7, PerUserLimit: ptr(1), FirstTimeOnly: true,
		PlanIDs: []int64{1, 2}, Active: true,
	}
	before := after
	before.ExpiresAt = moment(20)
	return billingv1.PromotionEvent{Kind: billingv1.PromotionChanged, PromotionID: 42, Version: 2, At: at(10), Promotion: after, Before: &before}
}

// ReconciliationEvent is a subscription that was not stored.
func ReconciliationEvent() billingv1.ReconciliationEvent {
	return billingv1.ReconciliationEvent{
		Kind: billingv1.MismatchHealed, RunID: 42, RunKind: "full", Version: 2, At: at(10), Checked: 100, Mismatches: 1, Healed: 1,
		Mismatch: &billingv1.Mismatch{Kind: "missing", Object: "subscription", StripeObjectID: "sub_xyz789"},
	}
}

// LedgerEntry is a refund of a part of an invoice.
func LedgerEntry() billingv1.LedgerEntry {
	return billingv1.LedgerEntry{
		ID: 11, UserID: 42, Version: 4, Kind: billingv1.EntryRefund, Amount: -420, Tax: -80, Currency: "usd", SubscriptionID: ptr(int64(42)),
		StripeSubscriptionID: ptr("sub_xyz789"), StripeInvoiceID: ptr("in_abc123"), StripeChargeID: ptr("ch_abc123"), StripeRefundID: ptr("re_abc123"),
		StripeDisputeID: ptr("dp_abc123"), PlanInterval: ptr("month"), PlanIntervalCount: ptr(1), OccurredAt: at(20), RecordedAt: at(21),
	}
}
