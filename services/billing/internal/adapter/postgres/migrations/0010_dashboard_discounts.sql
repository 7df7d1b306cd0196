-- +goose Up

-- A discount that was given in the provider's dashboard has no promotion. Its coupon is one of the provider's.
ALTER TABLE promotion_redemptions
    ALTER promotion_id DROP NOT NULL,
    ADD coupon_id bigint CONSTRAINT promotion_redemptions_coupon_fkey REFERENCES coupons (id),
    ADD CONSTRAINT promotion_redemptions_promotion_or_coupon CHECK ((promotion_id IS NULL) <> (coupon_id IS NULL));
