package events

import (
	"testing"

	"muster/libs/contracts/billingv1"
	"muster/libs/contracts/contracttest"
	"muster/services/gateway/internal/gateway"
)

// TestADiscountWithoutAPromotion, given in Stripe's dashboard, shows its coupon, and null for the promotion that it has not.
func TestADiscountWithoutAPromotion(t *testing.T) {
	sold := *contracttest.Subscription().Promotion
	given := sold
	given.PromotionID, given.Name, given.Code = 0, "", ""
	for _, p := range []billingv1.Promotion{sold, given} {
		var b gateway.Billing
		addPromotion(&b, p)
		if has := p.PromotionID != 0; (b.PromotionID != nil) != has || (b.PromotionName != nil) != has || (b.PromotionCode != nil) != has || (b.PromotionDescription != nil) != has {
			t.Errorf("promotion %d: %v %v %v %v", p.PromotionID, b.PromotionID, b.PromotionName, b.PromotionCode, b.PromotionDescription)
		}
		if *b.CouponName != p.CouponName || *b.CouponTypeCode != p.CouponTypeCode || *b.DiscountPercentage != *p.DiscountPercent || *b.PromotionRedemptionID != p.RedemptionID {
			t.Errorf("%+v", b)
		}
	}
}
