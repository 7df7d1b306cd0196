package billing

import "context"

// CatalogChanges stores changes of plans, coupons and promotions.
type CatalogChanges interface {
	// SavePlan stores name, trial, amount, currency and price of a plan, and takes it off sale if it is not active. It
	// never puts a plan on sale. The plan keeps its former prices: PlanByPrice finds it by each of them.
	SavePlan(ctx context.Context, p Plan) (Plan, error)
	// Coupon finds a coupon; ErrCouponNotFound if there is none.
	Coupon(ctx context.Context, id int64) (Coupon, error)
	// RenameCoupon changes the name of a coupon.
	RenameCoupon(ctx context.Context, id int64, name string) (Coupon, error)
	// Promotion finds a promotion; ErrPromoNotFound if there is none.
	Promotion(ctx context.Context, id int64) (Promotion, error)
}

// OfferChanges changes the provider's prices and coupons. ErrProviderMissing if an object does not exist.
type OfferChanges interface {
	// AddPrice creates another price for the product of a plan and returns its id.
	AddPrice(ctx context.Context, key string, p Plan) (string, error)
	// ArchivePrice takes a price off sale. Subscriptions keep it.
	ArchivePrice(ctx context.Context, key, priceID string) error
	// RenameProduct changes the name of a plan's product.
	RenameProduct(ctx context.Context, key, productID, name string) error
	// RenameCoupon changes the name of a coupon.
	RenameCoupon(ctx context.Context, key, couponID, name string) error
	// DeleteCoupon deletes a coupon. Its discounts stay.
	DeleteCoupon(ctx context.Context, couponID string) error
}
