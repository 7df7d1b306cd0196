-- +goose Up

-- The version of a promotion rises with each event of it. exhausted_at is when it was told that the last redemption under
-- the present limit was taken; it stays when a redemption is given back.
ALTER TABLE promotions
    ADD version      bigint NOT NULL DEFAULT 0,
    ADD exhausted_at timestamptz;
CREATE INDEX promotions_coupon_active_idx ON promotions (coupon_id, id) WHERE active;
CREATE INDEX coupons_provider_idx ON coupons (provider_id) WHERE provider_id IS NOT NULL;
