package billing

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
)

// retireBatch is how many promotions of a coupon are deactivated by one statement.
const retireBatch = 200

// exhausted reports whether no redemption is left.
func (p Promotion) exhausted() bool {
	return p.MaxRedemptions != nil && p.Redeemed >= *p.MaxRedemptions
}

// terms returns the public form of the promotion.
func (p Promotion) terms() billingv1.PromotionTerms {
	c := p.Coupon
	t := billingv1.PromotionTerms{
		Name: p.Name, Code: p.Code, Description: p.Description, CouponID: c.ID, CouponTypeCode: string(c.Type),
		DurationTypeCode: string(c.Duration), DurationInMonths: c.DurationInMonths, StartsAt: p.StartsAt, ExpiresAt: p.ExpiresAt,
		MaxRedemptions: p.MaxRedemptions, Redemptions: p.Redeemed, PerUserLimit: p.PerUserLimit, FirstTimeOnly: p.FirstTimeOnly,
		PlanIDs: append([]int64{}, p.PlanIDs...), Active: p.Active,
	}
	switch c.Type {
	case Percentage:
		percent := float64(c.BasisPoints) / 100
		t.DiscountPercent = &percent
	case AmountOff:
		t.DiscountAmount, t.Currency = &c.AmountOff, &c.Currency
	case FreeTrial:
		t.TrialDays = &c.TrialDays
	}
	return t
}

// sameTerms compares everything that an administrator can change.
func (p Promotion) sameTerms(o Promotion) bool {
	x, y := p.terms(), o.terms()
	x.Redemptions, y.Redemptions = 0, 0
	return reflect.DeepEqual(x, y)
}

// promotionEvent returns an event of the promotion at its present version.
func (s *Service) promotionEvent(kind billingv1.PromotionKind, p Promotion, before *billingv1.PromotionTerms) contracts.Payload {
	return billingv1.PromotionEvent{Kind: kind, PromotionID: p.ID, Version: p.Version, At: s.now(), Promotion: p.terms(), Before: before}
}

// savePromotion stores a changed promotion, which the caller has locked, and publishes what has happened to it.
func (s *Service) savePromotion(ctx context.Context, tx Tx, old, next Promotion) (Promotion, error) {
	next.PlanIDs = slices.Compact(slices.Sorted(slices.Values(next.PlanIDs)))
	var kinds []billingv1.PromotionKind
	if !next.sameTerms(old) {
		kinds = append(kinds, billingv1.PromotionChanged)
	}
	if !reflect.DeepEqual(old.MaxRedemptions, next.MaxRedemptions) {
		next.ExhaustedAt = nil
	}
	if next.exhausted() && next.ExhaustedAt == nil {
		now := s.now()
		next.ExhaustedAt = &now
		kinds = append(kinds, billingv1.PromotionExhausted)
	}
	next.Version += int64(len(kinds))
	saved, err := tx.SavePromotion(ctx, next)
	if err != nil {
		return Promotion{}, err
	}
	before := old.terms()
	var payloads []contracts.Payload
	for i, kind := range kinds {
		at := saved
		at.Version = old.Version + int64(i) + 1
		payloads = append(payloads, s.promotionEvent(kind, at, &before))
	}
	return saved, tx.Publish(ctx, s.now(), payloads...)
}

// tellExhausted publishes that the last redemption of a promotion was taken, unless that was told under the same limit.
func (s *Service) tellExhausted(ctx context.Context, tx Tx, promotionID int64) error {
	p, err := tx.LockPromotion(ctx, promotionID)
	if err != nil {
		return err
	}
	old := p
	old.Redeemed--
	_, err = s.savePromotion(ctx, tx, old, p)
	return err
}

// archiveCoupon takes a coupon and its promotions out of use, here.
func (s *Service) archiveCoupon(ctx context.Context, id int64) (c Coupon, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if c, err = tx.ArchiveCoupon(ctx, id); err != nil {
			return err
		}
		for {
			retired, err := tx.RetirePromotions(ctx, id, retireBatch)
			if err != nil {
				return err
			}
			payloads := make([]contracts.Payload, len(retired))
			for i, p := range retired {
				before := p.terms()
				before.Active = true
				payloads[i] = s.promotionEvent(billingv1.PromotionChanged, p, &before)
			}
			if err := tx.Publish(ctx, s.now(), payloads...); err != nil || len(retired) < retireBatch {
				return err
			}
		}
	})
	return c, err
}

// retireCoupon archives the coupon that the provider does not sell any more, if it is one of ours.
func (s *Service) retireCoupon(ctx context.Context, providerID string) error {
	c, err := s.store.CouponByProvider(ctx, providerID)
	if errors.Is(err, ErrCouponNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = s.archiveCoupon(ctx, c.ID)
	return err
}
