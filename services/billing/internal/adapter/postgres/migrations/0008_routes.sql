-- +goose Up

-- A direct checkout makes its subscription with one call, without a page.
ALTER TABLE checkouts
    ADD direct            boolean NOT NULL DEFAULT false,
    ADD payment_method_id text    NOT NULL DEFAULT '';

CREATE TABLE change_previews (
    id              text        CONSTRAINT change_previews_pkey PRIMARY KEY,
    user_id         bigint      NOT NULL,
    subscription_id text        NOT NULL,
    item_id         text        NOT NULL,
    price_id        text        NOT NULL,
    quantity        bigint      NOT NULL,
    proration_date  timestamptz NOT NULL,
    plan_id         bigint      NOT NULL,
    basis           text        NOT NULL,
    amount_due_now  bigint      NOT NULL,
    next_amount     bigint      NOT NULL,
    next_date       timestamptz,
    begun           boolean     NOT NULL,
    expires_at      timestamptz NOT NULL
);
CREATE INDEX change_previews_expires_idx ON change_previews (expires_at);

-- The prices of a plan: the one for sale, and those that present subscribers stay on.
CREATE TABLE plan_prices (
    price_id   text        CONSTRAINT plan_prices_pkey PRIMARY KEY,
    plan_id    bigint      NOT NULL CONSTRAINT plan_prices_plan_fkey REFERENCES plans (id),
    amount     bigint      NOT NULL,
    currency   text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX plan_prices_plan_idx ON plan_prices (plan_id);
INSERT INTO plan_prices (price_id, plan_id, amount, currency, created_at)
    SELECT price_id, id, amount, currency, created_at FROM plans WHERE price_id IS NOT NULL;

-- A trigger, because replicas of the previous release set the price of a plan alone.
-- +goose StatementBegin
CREATE FUNCTION plans_keep_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO plan_prices (price_id, plan_id, amount, currency) VALUES (NEW.price_id, NEW.id, NEW.amount, NEW.currency)
        ON CONFLICT ON CONSTRAINT plan_prices_pkey DO NOTHING;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER plans_keep_price AFTER INSERT OR UPDATE OF price_id ON plans
    FOR EACH ROW WHEN (NEW.price_id IS NOT NULL) EXECUTE FUNCTION plans_keep_price();

ALTER TABLE coupons ADD active boolean NOT NULL DEFAULT true;

-- What administrators do. A row without an end is of an act that was interrupted.
CREATE TABLE audit_log (
    id       bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_log_pkey PRIMARY KEY,
    admin_id bigint      NOT NULL,
    action   text        NOT NULL,
    object   text        NOT NULL,
    detail   json,
    status   integer,
    begun_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX audit_log_admin_idx ON audit_log (admin_id, id);

-- For the lists.
CREATE INDEX invoices_issued_idx ON invoices (user_id, issued_at, id);
CREATE INDEX subscriptions_price_idx ON subscriptions (price_id);
