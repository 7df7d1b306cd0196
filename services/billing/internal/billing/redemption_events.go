package billing

import (
	"context"
	"time"

	"muster/libs/contracts/billingv1"
)

// redemptionFact is something that happened to a redemption.
type redemptionFact struct {
	kind       billingv1.RedemptionKind
	at         time.Time
	redemption Redemption
}

// redemptionFacts derives what happened to a redemption from its old and its new row. The provider does not tell when a
// discount was taken off: that happened now.
func redemptionFacts(old, next Redemption, trialEnd *time.Time, now time.Time) []redemptionFact {
	var facts []redemptionFact
	add := func(kind billingv1.RedemptionKind, at *time.Time) {
		if at == nil {
			at = &now
		}
		facts = append(facts, redemptionFact{kind, *at, next})
	}
	if next.AppliedAt != nil && old.AppliedAt == nil {
		add(billingv1.RedemptionApplied, next.AppliedAt)
	}
	if next.Status == old.Status {
		return facts
	}
	switch next.Status {
	case Reserved:
		add(billingv1.RedemptionReserved, &next.ReservedAt)
	case Consumed:
		at := next.ConsumedPeriod
		if next.Promotion.Coupon.Type == FreeTrial {
			at = trialEnd
		}
		add(billingv1.RedemptionConsumed, at)
	case Expired:
		add(billingv1.RedemptionExpired, next.EndsAt)
	case Released:
		add(billingv1.RedemptionReleased, nil)
	case Removed:
		add(billingv1.RedemptionRemoved, nil)
	case Applied:
	}
	return facts
}

func (f redemptionFact) payload(version int64) billingv1.RedemptionEvent {
	r := f.redemption
	return billingv1.RedemptionEvent{
		Kind: f.kind, UserID: r.UserID, Version: version, At: f.at, RedemptionID: r.ID, PromotionID: r.Promotion.ID, Code: r.Promotion.Code,
		CouponID: r.Promotion.Coupon.ID, SubscriptionID: unlessZero(r.SubscriptionID),
	}
}

// saveRedemption stores a redemption of a checkout and publishes what has happened to it. The state does not change.
func (s *Service) saveRedemption(ctx context.Context, tx Tx, a Account, old Redemption, next *Redemption) error {
	if err := tx.SaveRedemption(ctx, next); err != nil {
		return err
	}
	for _, f := range redemptionFacts(old, *next, nil, s.now()) {
		if err := tx.Publish(ctx, s.now(), f.payload(a.User.State.Version)); err != nil {
			return err
		}
	}
	return nil
}
