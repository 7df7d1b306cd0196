-- +goose Up

-- Exact totals without counting rows, and pages without sorting them, as in directory (deploy/adr/0009, libs/listing). This
-- rewrites the table once, under a lock that readers wait for: one to two minutes a million users.
--
-- What a write costs then: a change that the list can tell adds two rows to a delta log. An update of a listed column, and so
-- a sign-in, writes to every index, where before it could stay on its page: about ten times the work, for the most
-- part the indexes', and still well under a millisecond.

-- searchable is a field as it stands in search_text: without the control characters that separate fields there.
-- Names hold none anyway.
CREATE FUNCTION searchable(field text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(translate(field, E'\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a', ''), '');

-- The searched columns in the list's order, folded as the list folds.
ALTER TABLE user_overview ADD search_text text COLLATE "und-x-icu" NOT NULL GENERATED ALWAYS AS (upper(lower((
    E'\x01' || searchable(username) || E'\x02' || searchable(email) || E'\x03' || searchable(first_name) || E'\x04' || searchable(last_name)
    || E'\x05' || searchable(type_name) || E'\x06' || searchable(auth_type_name) || E'\x07' || searchable(subscription_plan_name)
    || E'\x08' || searchable(promotion_name) || E'\x09' || searchable(promotion_code) || E'\x0a') COLLATE "und-x-icu"))) STORED;
-- Enough of a sample to tell a name that a hundredth of the users have from a mail provider that a third have.
ALTER TABLE user_overview ALTER search_text SET STATISTICS 300;

DROP INDEX user_overview_search;
CREATE INDEX user_overview_search ON user_overview USING gin (search_text gin_trgm_ops) WHERE visible;

-- An index walk for the sorts that directory has one for, and for those that the contract adds to them, in both directions:
-- nulls come last and the id breaks ties upwards either way, so columns that are null or have few values need an index each
-- way. Type names sort as their codes do.
CREATE INDEX user_overview_by_type_desc ON user_overview (type_code DESC, user_id) WHERE visible;
CREATE INDEX user_overview_by_auth_type ON user_overview (auth_type_code, user_id) WHERE visible;
CREATE INDEX user_overview_by_auth_type_desc ON user_overview (auth_type_code DESC, user_id) WHERE visible;
CREATE INDEX user_overview_by_active ON user_overview (is_active, user_id) WHERE visible;
CREATE INDEX user_overview_by_active_desc ON user_overview (is_active DESC, user_id) WHERE visible;
CREATE INDEX user_overview_by_first_name ON user_overview (lower(first_name COLLATE "und-x-icu"), user_id) WHERE visible;
CREATE INDEX user_overview_by_first_name_desc ON user_overview (lower(first_name COLLATE "und-x-icu") DESC NULLS LAST, user_id) WHERE visible;
CREATE INDEX user_overview_by_last_name_desc ON user_overview (lower(last_name COLLATE "und-x-icu") DESC NULLS LAST, user_id) WHERE visible;
CREATE INDEX user_overview_by_updated_at ON user_overview (updated_at, user_id) WHERE visible;
CREATE INDEX user_overview_by_verified_at ON user_overview (verified_at, user_id) WHERE visible;
CREATE INDEX user_overview_by_verified_at_desc ON user_overview (verified_at DESC NULLS LAST, user_id) WHERE visible;
CREATE INDEX user_overview_by_last_login ON user_overview (last_login_at, user_id) WHERE visible;
CREATE INDEX user_overview_by_plan_amount ON user_overview (subscription_plan_amount, user_id) WHERE visible;
CREATE INDEX user_overview_by_status_asc ON user_overview (lower(subscription_status COLLATE "und-x-icu"), user_id) WHERE visible;
CREATE INDEX user_overview_by_status_desc ON user_overview (lower(subscription_status COLLATE "und-x-icu") DESC NULLS LAST, user_id) WHERE visible;
CREATE INDEX user_overview_by_promotion_code ON user_overview (lower(promotion_code COLLATE "und-x-icu"), user_id) WHERE visible;
CREATE INDEX user_overview_by_promotion_code_desc ON user_overview (lower(promotion_code COLLATE "und-x-icu") DESC NULLS LAST, user_id) WHERE visible;
CREATE INDEX user_overview_by_discount ON user_overview (discount_percentage, user_id) WHERE visible;
CREATE INDEX user_overview_by_discount_desc ON user_overview (discount_percentage DESC NULLS LAST, user_id) WHERE visible;

-- user_overview_delta are the changes that the rollup does not know yet: what a listed row was (-1), and what it became (+1).
-- Rows live for a second.
CREATE TABLE user_overview_delta (
    sign smallint NOT NULL, user_id bigint, username text, email text, first_name text, last_name text, type_code text, type_name text,
    auth_type_code text, auth_type_name text, is_active boolean, created_at timestamptz, updated_at timestamptz, verified_at timestamptz,
    last_login_at timestamptz, exemption_from timestamptz, exemption_to timestamptz, legacy_user_id bigint, subscription_status text,
    subscription_plan_name text, stripe_customer_id text, stripe_subscription_id text, promotion_name text, promotion_code text,
    coupon_name text, subscription_plan_amount bigint, subscription_charged_amount bigint, discount_percentage numeric(5, 2),
    coupon_type_code text, search_text text COLLATE "und-x-icu"
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 100000);

-- user_overview_rollup is how many users look the same to the filters that it has the columns for. Codes are there by value. Of
-- other columns it knows only whether they are null: what is not is a constant.
CREATE TABLE user_overview_rollup (
    type_code text, type_name text, auth_type_code text, auth_type_name text, is_active boolean, subscription_status text,
    coupon_type_code text, verified_at timestamptz, last_login_at timestamptz, exemption_from timestamptz, exemption_to timestamptz,
    legacy_user_id bigint, subscription_plan_amount bigint, subscription_charged_amount bigint, discount_percentage numeric,
    subscription_plan_name text, stripe_customer_id text, stripe_subscription_id text, promotion_name text, promotion_code text,
    coupon_name text,
    search_text text COLLATE "und-x-icu" NOT NULL GENERATED ALWAYS AS (upper(lower((
        E'\x01\x02\x03\x04\x05' || searchable(type_name) || E'\x06' || searchable(auth_type_name) || E'\x07\x08\x09\x0a') COLLATE "und-x-icu"))) STORED,
    n bigint NOT NULL,
    CONSTRAINT user_overview_rollup_key UNIQUE NULLS NOT DISTINCT (
        type_code, type_name, auth_type_code, auth_type_name, is_active, subscription_status, coupon_type_code, verified_at, last_login_at,
        exemption_from, exemption_to, legacy_user_id, subscription_plan_amount, subscription_charged_amount, discount_percentage,
        subscription_plan_name, stripe_customer_id, stripe_subscription_id, promotion_name, promotion_code, coupon_name)
) WITH (fillfactor = 50);

-- user_overview_kept are the totals of other filters that people ask for, as of the changes that the rollup knows; n is null
-- until it was counted.
CREATE TABLE user_overview_kept (
    key     text        CONSTRAINT user_overview_kept_pk PRIMARY KEY,
    filter  text        NOT NULL,
    n       bigint,
    used_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- +goose StatementBegin
CREATE FUNCTION user_overview_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.visible THEN
        INSERT INTO user_overview_delta VALUES (-1,
            OLD.user_id, OLD.username, OLD.email, OLD.first_name, OLD.last_name, OLD.type_code, OLD.type_name, OLD.auth_type_code,
            OLD.auth_type_name, OLD.is_active, OLD.created_at, OLD.updated_at, OLD.verified_at, OLD.last_login_at, OLD.exemption_from,
            OLD.exemption_to, OLD.legacy_user_id, OLD.subscription_status, OLD.subscription_plan_name, OLD.stripe_customer_id,
            OLD.stripe_subscription_id, OLD.promotion_name, OLD.promotion_code, OLD.coupon_name, OLD.subscription_plan_amount,
            OLD.subscription_charged_amount, OLD.discount_percentage, OLD.coupon_type_code, OLD.search_text);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.visible THEN
        INSERT INTO user_overview_delta VALUES (1,
            NEW.user_id, NEW.username, NEW.email, NEW.first_name, NEW.last_name, NEW.type_code, NEW.type_name, NEW.auth_type_code,
            NEW.auth_type_name, NEW.is_active, NEW.created_at, NEW.updated_at, NEW.verified_at, NEW.last_login_at, NEW.exemption_from,
            NEW.exemption_to, NEW.legacy_user_id, NEW.subscription_status, NEW.subscription_plan_name, NEW.stripe_customer_id,
            NEW.stripe_subscription_id, NEW.promotion_name, NEW.promotion_code, NEW.coupon_name, NEW.subscription_plan_amount,
            NEW.subscription_charged_amount, NEW.discount_percentage, NEW.coupon_type_code, NEW.search_text);
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER user_overview_logged AFTER INSERT OR DELETE ON user_overview FOR EACH ROW EXECUTE FUNCTION user_overview_log();
CREATE TRIGGER user_overview_logged_update AFTER UPDATE ON user_overview FOR EACH ROW
    WHEN ((
        OLD.visible, OLD.user_id, OLD.username, OLD.email, OLD.first_name, OLD.last_name, OLD.type_code, OLD.type_name, OLD.auth_type_code,
        OLD.auth_type_name, OLD.is_active, OLD.created_at, OLD.updated_at, OLD.verified_at, OLD.last_login_at, OLD.exemption_from,
        OLD.exemption_to, OLD.legacy_user_id, OLD.subscription_status, OLD.subscription_plan_name, OLD.stripe_customer_id,
        OLD.stripe_subscription_id, OLD.promotion_name, OLD.promotion_code, OLD.coupon_name, OLD.subscription_plan_amount,
        OLD.subscription_charged_amount, OLD.discount_percentage, OLD.coupon_type_code)
    IS DISTINCT FROM (
        NEW.visible, NEW.user_id, NEW.username, NEW.email, NEW.first_name, NEW.last_name, NEW.type_code, NEW.type_name, NEW.auth_type_code,
        NEW.auth_type_name, NEW.is_active, NEW.created_at, NEW.updated_at, NEW.verified_at, NEW.last_login_at, NEW.exemption_from,
        NEW.exemption_to, NEW.legacy_user_id, NEW.subscription_status, NEW.subscription_plan_name, NEW.stripe_customer_id,
        NEW.stripe_subscription_id, NEW.promotion_name, NEW.promotion_code, NEW.coupon_name, NEW.subscription_plan_amount,
        NEW.subscription_charged_amount, NEW.discount_percentage, NEW.coupon_type_code))
    EXECUTE FUNCTION user_overview_log();

-- user_overview_fold adds rows of the delta log to the rollup. Whoever calls it removes them in the same transaction.
-- +goose StatementBegin
CREATE FUNCTION user_overview_fold(rows tid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO user_overview_rollup (
        type_code, type_name, auth_type_code, auth_type_name, is_active, subscription_status, coupon_type_code, verified_at, last_login_at,
        exemption_from, exemption_to, legacy_user_id, subscription_plan_amount, subscription_charged_amount, discount_percentage,
        subscription_plan_name, stripe_customer_id, stripe_subscription_id, promotion_name, promotion_code, coupon_name, n)
    SELECT
        type_code, type_name, auth_type_code, auth_type_name, is_active, subscription_status, coupon_type_code,
        CASE WHEN verified_at IS NOT NULL THEN to_timestamp(0) END, CASE WHEN last_login_at IS NOT NULL THEN to_timestamp(0) END,
        CASE WHEN exemption_from IS NOT NULL THEN to_timestamp(0) END, CASE WHEN exemption_to IS NOT NULL THEN to_timestamp(0) END,
        CASE WHEN legacy_user_id IS NOT NULL THEN 0 END, CASE WHEN subscription_plan_amount IS NOT NULL THEN 0 END,
        CASE WHEN subscription_charged_amount IS NOT NULL THEN 0 END, CASE WHEN discount_percentage IS NOT NULL THEN 0 END,
        CASE WHEN subscription_plan_name IS NOT NULL THEN '' END, CASE WHEN stripe_customer_id IS NOT NULL THEN '' END,
        CASE WHEN stripe_subscription_id IS NOT NULL THEN '' END, CASE WHEN promotion_name IS NOT NULL THEN '' END,
        CASE WHEN promotion_code IS NOT NULL THEN '' END, CASE WHEN coupon_name IS NOT NULL THEN '' END, sum(sign)
    FROM user_overview_delta WHERE ctid = ANY (rows)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21 HAVING sum(sign) <> 0
    ON CONFLICT ON CONSTRAINT user_overview_rollup_key DO UPDATE SET n = user_overview_rollup.n + excluded.n;
    DELETE FROM user_overview_rollup WHERE n = 0;
$$;

-- user_overview_rollup_rebuild counts anew: for rows that were loaded without triggers. It keeps writers out.
CREATE FUNCTION user_overview_rollup_rebuild() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('user_overview_rollup'::regclass::bigint);
    LOCK TABLE user_overview IN SHARE MODE;
    DELETE FROM user_overview_kept;
    DELETE FROM user_overview_rollup;
    DELETE FROM user_overview_delta;
    INSERT INTO user_overview_rollup (
        type_code, type_name, auth_type_code, auth_type_name, is_active, subscription_status, coupon_type_code, verified_at, last_login_at,
        exemption_from, exemption_to, legacy_user_id, subscription_plan_amount, subscription_charged_amount, discount_percentage,
        subscription_plan_name, stripe_customer_id, stripe_subscription_id, promotion_name, promotion_code, coupon_name, n)
    SELECT
        type_code, type_name, auth_type_code, auth_type_name, is_active, subscription_status, coupon_type_code,
        CASE WHEN verified_at IS NOT NULL THEN to_timestamp(0) END, CASE WHEN last_login_at IS NOT NULL THEN to_timestamp(0) END,
        CASE WHEN exemption_from IS NOT NULL THEN to_timestamp(0) END, CASE WHEN exemption_to IS NOT NULL THEN to_timestamp(0) END,
        CASE WHEN legacy_user_id IS NOT NULL THEN 0 END, CASE WHEN subscription_plan_amount IS NOT NULL THEN 0 END,
        CASE WHEN subscription_charged_amount IS NOT NULL THEN 0 END, CASE WHEN discount_percentage IS NOT NULL THEN 0 END,
        CASE WHEN subscription_plan_name IS NOT NULL THEN '' END, CASE WHEN stripe_customer_id IS NOT NULL THEN '' END,
        CASE WHEN stripe_subscription_id IS NOT NULL THEN '' END, CASE WHEN promotion_name IS NOT NULL THEN '' END,
        CASE WHEN promotion_code IS NOT NULL THEN '' END, CASE WHEN coupon_name IS NOT NULL THEN '' END, count(*)
    FROM user_overview WHERE visible
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21;
END
$$;
-- +goose StatementEnd

SELECT user_overview_rollup_rebuild();
