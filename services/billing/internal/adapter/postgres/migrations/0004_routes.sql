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
