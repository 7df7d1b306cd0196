package billingtest

import (
	"testing"

	"muster/services/billing/internal/billing"
)

func onceCoupon(t *testing.T, s *shop) {
	coupon := s.coupon(t, billing.Coupon{Type: billing.Percentage, BasisPoints: 2000, Duration: billing.Once})
	sub := s.buy(t, func(c *billing.Checkout) { c.CouponID = coupon })
	if sub.Discount != nil {
		t.Errorf("a used coupon is still on the subscription: %+v", sub.Discount)
	}
	invoice, err := s.Payments.Invoice(t.Context(), sub.LatestInvoiceID)
	must(t, err)
	if len(invoice.Lines) != 1 || invoice.Lines[0].Discount != 300 || invoice.Lines[0].DiscountID == "" {
		t.Errorf("lines %+v", invoice.Lines)
	}
	if d := invoice.Discounts; len(d) != 1 || d[0].ID != invoice.Lines[0].DiscountID || d[0].CouponID != coupon || d[0].Coupon.BasisPoints != 2000 || d[0].Coupon.Duration != billing.Once {
		t.Errorf("discounts %+v", d)
	}
}

func amountOff(t *testing.T, s *shop) {
	coupon := s.coupon(t, billing.Coupon{Type: billing.AmountOff, AmountOff: 500, Currency: "usd", Duration: billing.Repeating, DurationInMonths: ptr(4)})
	sub := s.buy(t, func(c *billing.Checkout) { c.CouponID = coupon })
	if sub.Discount == nil || sub.Discount.End == nil || !sub.Discount.End.After(sub.CreatedAt.AddDate(0, 3, 0)) {
		t.Fatalf("discount %+v", sub.Discount)
	}
	equal(t, sub.Discount.Coupon, billing.Coupon{
		Name: sub.Discount.Coupon.Name, Type: billing.AmountOff, AmountOff: 500, Currency: "usd", Duration: billing.Repeating, DurationInMonths: ptr(4),
	})
	invoice, err := s.Payments.Invoice(t.Context(), sub.LatestInvoiceID)
	must(t, err)
	equal(t, invoice.Lines[0].Discount, int64(500))
}
