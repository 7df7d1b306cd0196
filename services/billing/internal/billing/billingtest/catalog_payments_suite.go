package billingtest

import (
	"slices"
	"testing"

	"muster/services/billing/internal/billing"
)

// pricesChange: a plan gets another price, and the former one is not sold any more, but kept by who has it.
func pricesChange(t *testing.T, s *shop) {
	ctx := t.Context()
	sub := s.buy(t, nil)
	next := s.plan
	next.Amount = 1700
	price, err := s.Payments.AddPrice(ctx, "price/1", next)
	must(t, err)
	again, err := s.Payments.AddPrice(ctx, "price/1", next)
	must(t, err)
	equal(t, again, price)
	must(t, s.Payments.ArchivePrice(ctx, "archive/1", s.plan.PriceID))
	for id, want := range map[string]bool{price: true, s.plan.PriceID: false} {
		sold, err := s.Payments.HasPrice(ctx, id)
		must(t, err)
		equal(t, sold, want)
	}
	kept, err := s.Payments.Subscription(ctx, sub.ID)
	must(t, err)
	equal(t, kept.Items, sub.Items)
	for _, call := range []func() error{
		func() error { _, err := s.Payments.CreateCheckout(ctx, "old/1", s.order(nil), ann); return err },
		func() error { _, err := s.Payments.CreateSubscription(ctx, "old/2", s.order(nil), ann); return err },
	} {
		wantErr(t, call(), billing.ErrProviderRefused)
	}
	s.plan.PriceID = price
	_, bought := s.subscribe(t, GoodCard, nil)
	equal(t, bought.Items[0].Amount, int64(1700))
	next.ProductID = "prod_nothing"
	_, err = s.Payments.AddPrice(ctx, "price/2", next)
	wantErr(t, err, billing.ErrProviderMissing)
	wantErr(t, s.Payments.ArchivePrice(ctx, "archive/2", "price_nothing"), billing.ErrProviderMissing)
}

func namesChange(t *testing.T, s *shop) {
	ctx := t.Context()
	coupon := s.coupon(t, billing.Coupon{Type: billing.Percentage, BasisPoints: 2000, Duration: billing.Forever})
	must(t, s.Payments.RenameProduct(ctx, "rename/1", s.plan.ProductID, "Golden"), s.Payments.RenameCoupon(ctx, "rename/2", coupon, "More"))
	wantErr(t, s.Payments.RenameProduct(ctx, "rename/3", "prod_nothing", "x"), billing.ErrProviderMissing)
	wantErr(t, s.Payments.RenameCoupon(ctx, "rename/4", "nothing", "x"), billing.ErrProviderMissing)
}

func couponDeleted(t *testing.T, s *shop) {
	ctx := t.Context()
	coupon := s.coupon(t, billing.Coupon{Type: billing.Percentage, BasisPoints: 2000, Duration: billing.Forever})
	sub := s.buy(t, func(c *billing.Checkout) { c.CouponID = coupon })
	must(t, s.Payments.DeleteCoupon(ctx, coupon))
	wantErr(t, s.Payments.DeleteCoupon(ctx, coupon), billing.ErrProviderMissing)
	there, err := s.Payments.HasCoupon(ctx, coupon)
	must(t, err)
	equal(t, there, false)
	kept, err := s.Payments.Subscription(ctx, sub.ID)
	must(t, err)
	equal(t, kept.Discount, sub.Discount)
}

// offersListed: what was made for a plan is listed with its product, in pages, also after it went off sale.
func offersListed(t *testing.T, s *shop) {
	ctx := t.Context()
	plan := s.plan
	plan.Amount = 1700
	price, err := s.Payments.AddPrice(ctx, "offer/1", plan)
	must(t, err)
	must(t, s.Payments.ArchivePrice(ctx, "offer/2", s.plan.PriceID))
	want := billing.ProviderOffer{
		ProviderPrice: billing.ProviderPrice{ProductID: plan.ProductID, PriceID: price}, Name: plan.Name, Interval: "month", IntervalCount: 1,
		Amount: 1700, Currency: "usd", Sold: true, PlanKey: plan.Key,
	}
	former := want
	former.PriceID, former.Amount, former.Sold = s.plan.PriceID, s.plan.Amount, false
	var listed []billing.ProviderOffer
	for cursor := ""; ; {
		page, next, err := s.Payments.ListOffers(ctx, cursor)
		must(t, err)
		listed = append(listed, page...)
		if cursor = next; cursor == "" {
			break
		}
	}
	for _, offer := range []billing.ProviderOffer{want, former} {
		got, err := s.Payments.Offer(ctx, offer.PriceID)
		must(t, err)
		equal(t, got, offer)
		if !slices.Contains(listed, offer) {
			t.Errorf("%+v is not in %+v", offer, listed)
		}
	}
	_, err = s.Payments.Offer(ctx, "price_nothing")
	wantErr(t, err, billing.ErrProviderMissing)
}
