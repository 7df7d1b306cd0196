package billing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"muster/libs/contracts/billingv1"
)

// A discount that somebody gave in the provider's dashboard is mirrored as a redemption without a promotion. Its coupon is
// a coupon of ours that is not for sale, unless it is one that we sell.

// mirroredKey begins the key of a coupon that was made at the provider.
const mirroredKey = "provider/"

// mirrored reports whether the coupon was made at the provider.
func (c Coupon) mirrored() bool { return strings.HasPrefix(c.Key, mirroredKey) }

// discounts returns what reduces the subscription now, and what has reduced its fetched invoices, the oldest first.
func (r ProviderSubscription) discounts() []ProviderDiscount {
	var all []ProviderDiscount
	if r.Discount != nil {
		all = append(all, *r.Discount)
	}
	for _, i := range r.Invoices {
		for _, d := range i.Discounts {
			known := slices.ContainsFunc(all, func(o ProviderDiscount) bool { return o.ID == d.ID })
			used := slices.ContainsFunc(i.Lines, func(l InvoiceLine) bool { return l.reducedBy(d.ID) })
			if used && !known {
				all = append(all, d)
			}
		}
	}
	slices.SortStableFunc(all, func(x, y ProviderDiscount) int { return cmp.Or(x.Start.Compare(y.Start), cmp.Compare(x.ID, y.ID)) })
	return all
}

// couponsOf returns the coupons of a fetched subscription's discounts, by the provider's id. It stores those that are new.
func (s *Service) couponsOf(ctx context.Context, remote ProviderSubscription) (map[string]Coupon, error) {
	coupons := map[string]Coupon{}
	for _, d := range remote.discounts() {
		c, err := s.couponOfDiscount(ctx, d)
		if err != nil {
			return nil, err
		}
		coupons[d.CouponID] = c
	}
	return coupons, nil
}

// couponOfDiscount finds or mirrors a coupon. The provider lets a deleted coupon's id be used again for another value.
func (s *Service) couponOfDiscount(ctx context.Context, d ProviderDiscount) (Coupon, error) {
	c, err := s.store.CouponByProvider(ctx, d.CouponID)
	if !errors.Is(err, ErrCouponNotFound) && (err != nil || c.sameValue(d.Coupon)) {
		return c, err
	}
	mirror := d.Coupon
	mirror.ProviderID, mirror.Active, mirror.CreatedAt = d.CouponID, false, s.now()
	mirror.Name = cmp.Or(mirror.Name, d.CouponID)
	mirror.Key = mirroredKey + d.CouponID + "/" + markOf(mirror.Type, mirror.BasisPoints, mirror.AmountOff, mirror.Currency, mirror.Duration, mirror.months())
	mirror.RequestKey = mirror.Key
	return s.store.AddCoupon(ctx, mirror)
}

// mirrorDiscounts stores a redemption for each discount of a fetched subscription that is nobody's. The caller applies the
// subscription first. One that has not begun has no discount yet: it may be a checkout that is given up.
func (s *Service) mirrorDiscounts(ctx context.Context, tx Tx, a *Account, remote ProviderSubscription, coupons map[string]Coupon) error {
	sub := a.subscription(remote.ID)
	if sub == nil || !sub.Begun() {
		return nil
	}
	for _, d := range remote.discounts() {
		if a.granted(d, *sub) {
			continue
		}
		given := d.Start
		r := Redemption{
			UserID: a.User.ID, Promotion: Promotion{Coupon: coupons[d.CouponID]}, SubscriptionID: sub.ID, Status: Applied, DiscountID: d.ID,
			EndsAt: d.End, ReservedAt: given, AppliedAt: &given, UpdatedAt: s.now(),
		}
		if err := tx.SaveRedemption(ctx, &r); err != nil {
			return fmt.Errorf("mirror discount: %w", err)
		}
		a.Redemptions = append(a.Redemptions, r)
		a.redeemedNews = append(a.redeemedNews, redemptionFact{billingv1.RedemptionApplied, given, r})
	}
	return nil
}

// granted reports whether a redemption accounts for a discount: it has its id, or it waits for a discount of this coupon.
func (a Account) granted(d ProviderDiscount, sub Subscription) bool {
	return slices.ContainsFunc(a.Redemptions, func(r Redemption) bool {
		if r.DiscountID == d.ID {
			return true
		}
		waits := r.Status == Reserved || (r.SubscriptionID == sub.ID && (r.Status == Applied || r.DiscountID == ""))
		return waits && r.Promotion.Coupon.ProviderID == d.CouponID
	})
}
