-- +goose Up

CREATE TABLE plans (
    id                bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT plans_pkey PRIMARY KEY,
    key               text        NOT NULL CONSTRAINT plans_key_unique UNIQUE,
    request_key       text        CONSTRAINT plans_request_key_unique UNIQUE,
    name              text        NOT NULL,
    "interval"        text        NOT NULL CONSTRAINT plans_interval_known CHECK ("interval" IN ('day', 'week', 'month', 'year')),
    interval_count    integer     NOT NULL CONSTRAINT plans_interval_count_positive CHECK (interval_count > 0),
    amount            bigint      NOT NULL CONSTRAINT plans_amount_not_negative CHECK (amount >= 0),
    currency          text        NOT NULL,
    trial_period_days integer,
    product_id        text,
    price_id          text        CONSTRAINT plans_price_id_unique UNIQUE,
    active            boolean     NOT NULL,
    created_at        timestamptz NOT NULL,
    CONSTRAINT plans_active_has_price CHECK (NOT active OR price_id IS NOT NULL)
);

CREATE TABLE coupons (
    id                 bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT coupons_pkey PRIMARY KEY,
    key                text        NOT NULL CONSTRAINT coupons_key_unique UNIQUE,
    request_key        text        CONSTRAINT coupons_request_key_unique UNIQUE,
    name               text        NOT NULL,
    type_code          text        NOT NULL,
    basis_points       integer,
    amount_off         bigint,
    currency           text,
    trial_days         integer,
    duration_code      text        NOT NULL CONSTRAINT coupons_duration_known CHECK (duration_code IN ('ONCE', 'REPE', 'FORE')),
    duration_in_months integer,
    provider_id        text,
    created_at         timestamptz NOT NULL,
    CONSTRAINT coupons_one_value CHECK (
        (type_code = 'DISC' AND basis_points BETWEEN 1 AND 10000 AND amount_off IS NULL AND currency IS NULL AND trial_days IS NULL) OR
        (type_code = 'AMOU' AND amount_off > 0 AND currency IS NOT NULL AND basis_points IS NULL AND trial_days IS NULL) OR
        (type_code = 'TRIA' AND trial_days > 0 AND basis_points IS NULL AND amount_off IS NULL AND currency IS NULL)),
    CONSTRAINT coupons_months_with_repe CHECK ((duration_code = 'REPE') = (duration_in_months IS NOT NULL))
);

CREATE TABLE promotions (
    id              bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT promotions_pkey PRIMARY KEY,
    request_key     text        CONSTRAINT promotions_request_key_unique UNIQUE,
    name            text        NOT NULL,
    code            text        NOT NULL,
    description     text,
    coupon_id       bigint      NOT NULL CONSTRAINT promotions_coupon_fkey REFERENCES coupons (id),
    starts_at       timestamptz,
    expires_at      timestamptz,
    max_redemptions integer,
    per_user_limit  integer,
    first_time_only boolean     NOT NULL,
    active          boolean     NOT NULL,
    redeemed        integer     NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL,
    CONSTRAINT promotions_redeemed_within_limit CHECK (redeemed >= 0 AND (max_redemptions IS NULL OR redeemed <= max_redemptions))
);
CREATE UNIQUE INDEX promotions_code_active_unique ON promotions (lower(code)) WHERE active;
CREATE INDEX promotions_code_idx ON promotions (lower(code));

CREATE TABLE promotion_plans (
    promotion_id bigint NOT NULL CONSTRAINT promotion_plans_promotion_fkey REFERENCES promotions (id),
    plan_id      bigint NOT NULL CONSTRAINT promotion_plans_plan_fkey REFERENCES plans (id),
    CONSTRAINT promotion_plans_pkey PRIMARY KEY (promotion_id, plan_id)
);

-- Users as directory tells of them, their customer at the provider, and the state record that was published last.
CREATE TABLE billing_users (
    user_id             bigint  CONSTRAINT billing_users_pkey PRIMARY KEY,
    key                 text    NOT NULL CONSTRAINT billing_users_key_unique UNIQUE,
    user_version        bigint  NOT NULL,
    user_access_version bigint  NOT NULL,
    email               text    NOT NULL,
    name                text    NOT NULL,
    type_code           text    NOT NULL,
    is_active           boolean NOT NULL,
    deleted             boolean NOT NULL,
    stripe_customer_id  text    CONSTRAINT billing_users_customer_unique UNIQUE,
    version             bigint  NOT NULL,
    access_version      bigint  NOT NULL,
    state               jsonb   NOT NULL,
    due_at              timestamptz
);
CREATE INDEX billing_users_due_idx ON billing_users (due_at) WHERE due_at IS NOT NULL;

-- What mirrors the provider has no foreign keys: it may arrive in any order.
CREATE TABLE subscriptions (
    id                   bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT subscriptions_pkey PRIMARY KEY,
    provider_id          text        NOT NULL CONSTRAINT subscriptions_provider_id_unique UNIQUE,
    user_id              bigint      NOT NULL,
    status               text        NOT NULL,
    price_id             text        NOT NULL,
    amount               bigint      NOT NULL,
    currency             text        NOT NULL,
    "interval"           text        NOT NULL,
    interval_count       integer     NOT NULL,
    quantity             bigint      NOT NULL,
    period_start         timestamptz,
    period_end           timestamptz,
    trial_start          timestamptz,
    trial_end            timestamptz,
    cancel_at_period_end boolean     NOT NULL,
    canceled_at          timestamptz,
    past_due_since       timestamptz,
    created_at           timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL
);
CREATE INDEX subscriptions_user_idx ON subscriptions (user_id);

CREATE TABLE invoices (
    id              bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT invoices_pkey PRIMARY KEY,
    provider_id     text        NOT NULL CONSTRAINT invoices_provider_id_unique UNIQUE,
    user_id         bigint      NOT NULL,
    subscription_id text        NOT NULL,
    status          text        NOT NULL,
    issued_at       timestamptz NOT NULL,
    lines           jsonb       NOT NULL
);
CREATE INDEX invoices_user_idx ON invoices (user_id);

CREATE TABLE checkouts (
    id              bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT checkouts_pkey PRIMARY KEY,
    key             text        NOT NULL CONSTRAINT checkouts_key_unique UNIQUE,
    request_key     text        CONSTRAINT checkouts_request_key_unique UNIQUE,
    user_id         bigint      NOT NULL,
    plan_id         bigint      NOT NULL,
    promotion_code  text        NOT NULL,
    customer_id     text        NOT NULL,
    price_id        text        NOT NULL,
    coupon_id       text        NOT NULL,
    quantity        bigint      NOT NULL,
    trial_days      integer     NOT NULL,
    success_url     text        NOT NULL,
    cancel_url      text        NOT NULL,
    status          text        NOT NULL CONSTRAINT checkouts_status_known CHECK (status IN ('pending', 'open', 'complete', 'expired', 'failed')),
    session_id      text        CONSTRAINT checkouts_session_unique UNIQUE,
    url             text        NOT NULL,
    expires_at      timestamptz,
    subscription_id text        NOT NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL
);
CREATE INDEX checkouts_unfinished_idx ON checkouts (user_id) WHERE status IN ('pending', 'open');

CREATE TABLE promotion_redemptions (
    id              bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT promotion_redemptions_pkey PRIMARY KEY,
    user_id         bigint      NOT NULL,
    promotion_id    bigint      NOT NULL CONSTRAINT promotion_redemptions_promotion_fkey REFERENCES promotions (id),
    checkout_id     bigint      NOT NULL,
    subscription_id bigint      NOT NULL,
    status          text        NOT NULL CONSTRAINT promotion_redemptions_status_known
                    CHECK (status IN ('reserved', 'applied', 'consumed', 'expired', 'released', 'removed')),
    discount_id     text        NOT NULL,
    ends_at         timestamptz,
    consumed_by     text        NOT NULL,
    consumed_period timestamptz,
    reserved_at     timestamptz NOT NULL,
    applied_at      timestamptz,
    updated_at      timestamptz NOT NULL
);
CREATE INDEX promotion_redemptions_user_idx ON promotion_redemptions (user_id);
CREATE INDEX promotion_redemptions_promotion_idx ON promotion_redemptions (promotion_id);

-- issued rises before an object is fetched; applied is the ticket of the newest fetch that was applied.
CREATE TABLE object_tickets (
    object  text   CONSTRAINT object_tickets_pkey PRIMARY KEY,
    issued  bigint NOT NULL,
    applied bigint NOT NULL,
    CONSTRAINT object_tickets_applied_was_issued CHECK (applied <= issued)
);

CREATE TABLE webhook_events (
    id          text        CONSTRAINT webhook_events_pkey PRIMARY KEY,
    type        text        NOT NULL,
    object_id   text        NOT NULL,
    customer_id text        NOT NULL,
    created_at  timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    payload     bytea       NOT NULL
);
CREATE INDEX webhook_events_customer_idx ON webhook_events (customer_id);

CREATE TABLE tasks (
    id          bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT tasks_pkey PRIMARY KEY,
    kind        text        NOT NULL,
    subject     text        NOT NULL,
    state       text        NOT NULL CONSTRAINT tasks_state_known CHECK (state IN ('waiting', 'done', 'unmatched', 'dead')),
    attempts    integer     NOT NULL DEFAULT 0,
    again       boolean     NOT NULL DEFAULT false,
    next_try_at timestamptz NOT NULL,
    reason      text        NOT NULL DEFAULT '',
    writes      jsonb       NOT NULL DEFAULT '[]',
    created_at  timestamptz NOT NULL,
    settled_at  timestamptz
);
CREATE INDEX tasks_due_idx ON tasks (next_try_at, id) WHERE state = 'waiting';
CREATE UNIQUE INDEX tasks_waiting_unique ON tasks (kind, subject) WHERE state = 'waiting';
CREATE INDEX tasks_event_idx ON tasks (subject) WHERE kind = 'event';

CREATE TABLE idempotency_keys (
    user_id     bigint      NOT NULL,
    key         text        NOT NULL,
    request     text        NOT NULL,
    fingerprint bytea       NOT NULL,
    busy_until  timestamptz,
    answer      jsonb,
    created_at  timestamptz NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_keys_created_idx ON idempotency_keys (created_at);
