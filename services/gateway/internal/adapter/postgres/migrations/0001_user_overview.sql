-- +goose Up
-- One row a user. Each kind of state has its own columns and its own version, which is 0 until the first has arrived.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE user_overview (
    user_id bigint NOT NULL,

    -- directory's user
    user_version              bigint  NOT NULL DEFAULT 0,
    user_deleted              boolean NOT NULL DEFAULT false,
    rejected_because          text    NOT NULL DEFAULT '',
    user_access_version       bigint  NOT NULL DEFAULT 0,
    user_account_version      bigint  NOT NULL DEFAULT 0,
    user_subscription_version bigint  NOT NULL DEFAULT 0,
    username       text,
    email          text,
    type_code      text,
    type_name      text,
    first_name     text,
    last_name      text,
    auth_type_code text,
    auth_type_name text,
    is_active      boolean,
    created_at     timestamptz,
    updated_at     timestamptz,
    verified_at    timestamptz,
    last_login_at  timestamptz,
    exemption_from timestamptz,
    exemption_to   timestamptz,
    legacy_user_id bigint,

    -- identity's account
    account_version          bigint  NOT NULL DEFAULT 0,
    account_deleted          boolean NOT NULL DEFAULT false,
    account_activity_version bigint  NOT NULL DEFAULT 0,
    account_user_version     bigint  NOT NULL DEFAULT 0,
    tokens_valid_from        timestamptz,
    ended_sessions           jsonb,
    applicant                jsonb,

    -- billing's subscription
    subscription_version        bigint  NOT NULL DEFAULT 0,
    subscription_deleted        boolean NOT NULL DEFAULT false,
    subscription_access_version bigint  NOT NULL DEFAULT 0,
    subscription_user_version   bigint  NOT NULL DEFAULT 0,
    subscription_id                     bigint,
    subscription_plan_id                bigint,
    subscription_plan_name              text,
    subscription_plan_interval          text,
    subscription_plan_amount            bigint,
    subscription_plan_currency          text,
    subscription_plan_trial_period_days integer,
    subscription_charged_amount         bigint,
    stripe_customer_id                  text,
    stripe_subscription_id              text,
    subscription_status                 text,
    current_period_start                timestamptz,
    current_period_end                  timestamptz,
    trial_start                         timestamptz,
    trial_end                           timestamptz,
    cancel_at_period_end                boolean,
    canceled_at                         timestamptz,
    subscription_created_at             timestamptz,
    subscription_updated_at             timestamptz,
    promotion_redemption_id             bigint,
    promotion_id                        bigint,
    promotion_name                      text,
    promotion_code                      text,
    promotion_description               text,
    coupon_id                           bigint,
    coupon_name                         text,
    coupon_type_code                    text,
    coupon_type_name                    text,
    discount_percentage                 numeric(5, 2),
    trial_days                          integer,
    coupon_duration_type_code           text,
    coupon_duration_type_name           text,
    duration_in_months                  integer,
    stripe_discount_id                  text,
    promotion_applied_at                timestamptz,

    -- Whether lists show the row: there is a user, who is not deleted. Tombstones stay, so that nothing old comes back.
    visible boolean NOT NULL GENERATED ALWAYS AS (user_version > 0 AND NOT user_deleted) STORED,

    CONSTRAINT user_overview_pkey PRIMARY KEY (user_id)
) WITH (fillfactor = 85); -- a user's row is updated often, mostly in columns without an index: room for that on the page

-- Text filters and q, from three characters on. All searched columns are in one index, or q could not use it.
CREATE INDEX user_overview_search ON user_overview USING gin (
    upper(lower(username COLLATE "und-x-icu")) gin_trgm_ops,
    upper(lower(email COLLATE "und-x-icu")) gin_trgm_ops,
    upper(lower(first_name COLLATE "und-x-icu")) gin_trgm_ops,
    upper(lower(last_name COLLATE "und-x-icu")) gin_trgm_ops,
    upper(lower(type_name COLLATE "und-x-icu")) gin_trgm_ops,
    upper(lower(auth_type_name COLLATE "und-x-icu")) gin_trgm_ops,
    upper(lower(subscription_plan_name COLLATE "und-x-icu")) gin_trgm_ops,
    upper(lower(promotion_name COLLATE "und-x-icu")) gin_trgm_ops,
    upper(lower(promotion_code COLLATE "und-x-icu")) gin_trgm_ops
) WHERE visible;

-- Sorts. A column that is never null in a visible row is read in both directions; a nullable one has an index each way
-- where both are usual.
CREATE INDEX user_overview_by_username ON user_overview (lower(username COLLATE "und-x-icu"), user_id) WHERE visible;
CREATE INDEX user_overview_by_email ON user_overview (lower(email COLLATE "und-x-icu"), user_id) WHERE visible;
CREATE INDEX user_overview_by_last_name ON user_overview (lower(last_name COLLATE "und-x-icu"), user_id) WHERE visible;
CREATE INDEX user_overview_by_created_at ON user_overview (created_at, user_id) WHERE visible;
CREATE INDEX user_overview_by_last_login_desc ON user_overview (last_login_at DESC NULLS LAST, user_id) WHERE visible;
CREATE INDEX user_overview_by_charged_amount ON user_overview (subscription_charged_amount, user_id) WHERE visible;
CREATE INDEX user_overview_by_charged_amount_desc ON user_overview (subscription_charged_amount DESC NULLS LAST, user_id) WHERE visible;
CREATE INDEX user_overview_by_plan_amount_desc ON user_overview (subscription_plan_amount DESC NULLS LAST, user_id) WHERE visible;

-- Filters on codes that are rare enough for an index, with the sort that usually goes with them.
CREATE INDEX user_overview_by_status ON user_overview (subscription_status, subscription_charged_amount DESC NULLS LAST, user_id) WHERE visible AND subscription_status IS NOT NULL;
CREATE INDEX user_overview_by_type ON user_overview (type_code, user_id) WHERE visible;
CREATE INDEX user_overview_by_legacy_user_id ON user_overview (legacy_user_id) WHERE visible AND legacy_user_id IS NOT NULL;
