-- +goose Up

-- What was written by hand and is made from the declaration from now on, see below. The time of the last sign-in leaves the
-- table's indexes: an update that changes nothing else of the row's listed columns can then stay on its page.
DROP INDEX user_overview_by_last_login, user_overview_by_last_login_desc;

-- From here on this is made from the declarations of the lists by go generate; libs/listing/schema says what it locks.
-- +goose StatementBegin
LOCK TABLE user_overview IN SHARE ROW EXCLUSIVE MODE;
DO $do$
DECLARE c record;
BEGIN
    FOR c IN SELECT * FROM (VALUES ('first_name', 'text'), ('last_name', 'text'), ('verified_at', 'timestamptz'), ('last_login_at', 'timestamptz'), ('exemption_from', 'timestamptz'), ('exemption_to', 'timestamptz'), ('legacy_user_id', 'bigint'), ('subscription_status', 'text'),
        ('subscription_plan_name', 'text'), ('stripe_customer_id', 'text'), ('stripe_subscription_id', 'text'), ('promotion_name', 'text'), ('promotion_code', 'text'), ('coupon_name', 'text'), ('subscription_plan_amount', 'bigint'), ('subscription_charged_amount', 'bigint'),
        ('discount_percentage', 'numeric'), ('coupon_type_code', 'text')) AS nullable (name, type)
        WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'user_overview'::regclass AND attname = nullable.name AND NOT attisdropped)
    LOOP
        EXECUTE format('ALTER TABLE user_overview ADD %I %s', c.name, c.type);
    END LOOP;
END
$do$;
DO $do$
DECLARE made_from text := $text$upper(lower((E'\x01' || translate(coalesce(username, ''), E'\x01\x02\x03\x04\x05\x06\x07\x08', '')
        || E'\x02' || translate(coalesce(email, ''), E'\x01\x02\x03\x04\x05\x06\x07\x08', '')
        || E'\x03' || translate(coalesce(first_name, ''), E'\x01\x02\x03\x04\x05\x06\x07\x08', '')
        || E'\x04' || translate(coalesce(last_name, ''), E'\x01\x02\x03\x04\x05\x06\x07\x08', '')
        || E'\x05' || translate(coalesce(subscription_plan_name, ''), E'\x01\x02\x03\x04\x05\x06\x07\x08', '')
        || E'\x06' || translate(coalesce(promotion_name, ''), E'\x01\x02\x03\x04\x05\x06\x07\x08', '')
        || E'\x07' || translate(coalesce(promotion_code, ''), E'\x01\x02\x03\x04\x05\x06\x07\x08', '')
        || E'\x08') COLLATE "und-x-icu"))$text$;
BEGIN
    IF (SELECT col_description(attrelid, attnum) FROM pg_attribute
        WHERE attrelid = 'user_overview'::regclass AND attname = 'search_text' AND NOT attisdropped) IS DISTINCT FROM made_from THEN
        EXECUTE format($sql$ALTER TABLE user_overview DROP COLUMN IF EXISTS search_text, ADD search_text text COLLATE "und-x-icu" NOT NULL GENERATED ALWAYS AS (%s) STORED$sql$, made_from);
        ALTER TABLE user_overview ALTER search_text SET STATISTICS 300;
        CREATE INDEX user_overview_search ON user_overview USING gin (search_text gin_trgm_ops) WHERE (visible);
        EXECUTE format('COMMENT ON COLUMN user_overview.search_text IS %L', made_from);
    END IF;
END
$do$;
DO $do$
BEGIN
    IF to_regclass('user_overview_last_login_at') IS NULL THEN
        CREATE TABLE user_overview_last_login_at WITH (autovacuum_vacuum_scale_factor = 0.02) AS SELECT user_id AS row_id, last_login_at AS value FROM user_overview;
        ALTER TABLE user_overview_last_login_at ADD CONSTRAINT user_overview_last_login_at_pk PRIMARY KEY (row_id);
        CREATE INDEX user_overview_last_login_at_asc ON user_overview_last_login_at (value, row_id);
        CREATE INDEX user_overview_last_login_at_desc ON user_overview_last_login_at (value DESC NULLS LAST, row_id);
    END IF;
END
$do$;
CREATE OR REPLACE FUNCTION user_overview_last_login_at_copy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO user_overview_last_login_at (row_id, value) VALUES (NEW.user_id, NEW.last_login_at);
    ELSIF TG_OP = 'UPDATE' THEN
        UPDATE user_overview_last_login_at SET row_id = NEW.user_id, value = NEW.last_login_at WHERE row_id = OLD.user_id;
    ELSE
        DELETE FROM user_overview_last_login_at WHERE row_id = OLD.user_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER user_overview_last_login_at_copied AFTER INSERT OR DELETE ON user_overview FOR EACH ROW EXECUTE FUNCTION user_overview_last_login_at_copy();
CREATE OR REPLACE TRIGGER user_overview_last_login_at_copied_update AFTER UPDATE ON user_overview FOR EACH ROW
    WHEN ((OLD.user_id, OLD.last_login_at) IS DISTINCT FROM (NEW.user_id, NEW.last_login_at)) EXECUTE FUNCTION user_overview_last_login_at_copy();
DROP TABLE IF EXISTS user_overview_delta;
CREATE TABLE user_overview_delta WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 100000)
    AS SELECT 0::smallint AS sign, user_id, username, email, first_name, last_name, type_code, auth_type_code, is_active,
        created_at, updated_at, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id, subscription_status,
        subscription_plan_name, stripe_customer_id, stripe_subscription_id, promotion_name, promotion_code, coupon_name, subscription_plan_amount, subscription_charged_amount,
        discount_percentage, coupon_type_code, search_text FROM user_overview WITH NO DATA;
CREATE OR REPLACE FUNCTION user_overview_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND (OLD.visible) THEN
        INSERT INTO user_overview_delta (sign, user_id, username, email, first_name, last_name, type_code, auth_type_code, is_active,
        created_at, updated_at, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id, subscription_status,
        subscription_plan_name, stripe_customer_id, stripe_subscription_id, promotion_name, promotion_code, coupon_name, subscription_plan_amount, subscription_charged_amount,
        discount_percentage, coupon_type_code, search_text)
        VALUES (-1, OLD.user_id, OLD.username, OLD.email, OLD.first_name, OLD.last_name, OLD.type_code, OLD.auth_type_code, OLD.is_active,
        OLD.created_at, OLD.updated_at, OLD.verified_at, OLD.last_login_at, OLD.exemption_from, OLD.exemption_to, OLD.legacy_user_id, OLD.subscription_status,
        OLD.subscription_plan_name, OLD.stripe_customer_id, OLD.stripe_subscription_id, OLD.promotion_name, OLD.promotion_code, OLD.coupon_name, OLD.subscription_plan_amount, OLD.subscription_charged_amount,
        OLD.discount_percentage, OLD.coupon_type_code, OLD.search_text);
    END IF;
    IF TG_OP <> 'DELETE' AND (NEW.visible) THEN
        INSERT INTO user_overview_delta (sign, user_id, username, email, first_name, last_name, type_code, auth_type_code, is_active,
        created_at, updated_at, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id, subscription_status,
        subscription_plan_name, stripe_customer_id, stripe_subscription_id, promotion_name, promotion_code, coupon_name, subscription_plan_amount, subscription_charged_amount,
        discount_percentage, coupon_type_code, search_text)
        VALUES (1, NEW.user_id, NEW.username, NEW.email, NEW.first_name, NEW.last_name, NEW.type_code, NEW.auth_type_code, NEW.is_active,
        NEW.created_at, NEW.updated_at, NEW.verified_at, NEW.last_login_at, NEW.exemption_from, NEW.exemption_to, NEW.legacy_user_id, NEW.subscription_status,
        NEW.subscription_plan_name, NEW.stripe_customer_id, NEW.stripe_subscription_id, NEW.promotion_name, NEW.promotion_code, NEW.coupon_name, NEW.subscription_plan_amount, NEW.subscription_charged_amount,
        NEW.discount_percentage, NEW.coupon_type_code, NEW.search_text);
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER user_overview_logged AFTER INSERT OR DELETE ON user_overview FOR EACH ROW EXECUTE FUNCTION user_overview_log();
CREATE OR REPLACE TRIGGER user_overview_logged_update AFTER UPDATE ON user_overview FOR EACH ROW
    WHEN (((OLD.visible), OLD.user_id, OLD.username, OLD.email, OLD.first_name, OLD.last_name, OLD.type_code, OLD.auth_type_code, OLD.is_active,
        OLD.created_at, OLD.updated_at, OLD.verified_at, OLD.last_login_at, OLD.exemption_from, OLD.exemption_to, OLD.legacy_user_id, OLD.subscription_status,
        OLD.subscription_plan_name, OLD.stripe_customer_id, OLD.stripe_subscription_id, OLD.promotion_name, OLD.promotion_code, OLD.coupon_name, OLD.subscription_plan_amount, OLD.subscription_charged_amount,
        OLD.discount_percentage, OLD.coupon_type_code)
        IS DISTINCT FROM ((NEW.visible), NEW.user_id, NEW.username, NEW.email, NEW.first_name, NEW.last_name, NEW.type_code, NEW.auth_type_code, NEW.is_active,
        NEW.created_at, NEW.updated_at, NEW.verified_at, NEW.last_login_at, NEW.exemption_from, NEW.exemption_to, NEW.legacy_user_id, NEW.subscription_status,
        NEW.subscription_plan_name, NEW.stripe_customer_id, NEW.stripe_subscription_id, NEW.promotion_name, NEW.promotion_code, NEW.coupon_name, NEW.subscription_plan_amount, NEW.subscription_charged_amount,
        NEW.discount_percentage, NEW.coupon_type_code))
    EXECUTE FUNCTION user_overview_log();
DROP TABLE IF EXISTS user_overview_rollup;
CREATE TABLE user_overview_rollup WITH (fillfactor = 50) AS SELECT type_code, auth_type_code, is_active, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id,
        subscription_status, subscription_plan_name, stripe_customer_id, stripe_subscription_id, promotion_name, promotion_code, coupon_name, subscription_plan_amount,
        subscription_charged_amount, discount_percentage, coupon_type_code, 0::bigint AS n FROM user_overview WITH NO DATA;
ALTER TABLE user_overview_rollup ALTER n SET NOT NULL, ADD CONSTRAINT user_overview_rollup_key UNIQUE NULLS NOT DISTINCT (type_code, auth_type_code, is_active, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id,
        subscription_status, subscription_plan_name, stripe_customer_id, stripe_subscription_id, promotion_name, promotion_code, coupon_name, subscription_plan_amount,
        subscription_charged_amount, discount_percentage, coupon_type_code);
CREATE TABLE IF NOT EXISTS user_overview_kept (
    key     text        CONSTRAINT user_overview_kept_pk PRIMARY KEY,
    filter  text        NOT NULL,
    n       bigint,
    used_at timestamptz NOT NULL
) WITH (fillfactor = 50);
-- Whoever calls it removes the rows from the delta log in the same transaction.
CREATE OR REPLACE FUNCTION user_overview_fold(rows tid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO user_overview_rollup (type_code, auth_type_code, is_active, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id,
        subscription_status, subscription_plan_name, stripe_customer_id, stripe_subscription_id, promotion_name, promotion_code, coupon_name, subscription_plan_amount,
        subscription_charged_amount, discount_percentage, coupon_type_code, n)
    SELECT type_code, auth_type_code, is_active, CASE WHEN verified_at IS NOT NULL THEN to_timestamp(0) END, CASE WHEN last_login_at IS NOT NULL THEN to_timestamp(0) END, CASE WHEN exemption_from IS NOT NULL THEN to_timestamp(0) END, CASE WHEN exemption_to IS NOT NULL THEN to_timestamp(0) END, CASE WHEN legacy_user_id IS NOT NULL THEN 0 END,
        subscription_status, CASE WHEN subscription_plan_name IS NOT NULL THEN '' END, CASE WHEN stripe_customer_id IS NOT NULL THEN '' END, CASE WHEN stripe_subscription_id IS NOT NULL THEN '' END, CASE WHEN promotion_name IS NOT NULL THEN '' END, CASE WHEN promotion_code IS NOT NULL THEN '' END, CASE WHEN coupon_name IS NOT NULL THEN '' END, CASE WHEN subscription_plan_amount IS NOT NULL THEN 0 END,
        CASE WHEN subscription_charged_amount IS NOT NULL THEN 0 END, CASE WHEN discount_percentage IS NOT NULL THEN 0 END, coupon_type_code, sum(sign)
    FROM user_overview_delta WHERE ctid = ANY (rows) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 HAVING sum(sign) <> 0
    ON CONFLICT ON CONSTRAINT user_overview_rollup_key DO UPDATE SET n = user_overview_rollup.n + excluded.n;
    DELETE FROM user_overview_rollup WHERE n = 0;
$$;
-- Counts anew, and keeps writers out meanwhile: for rows that were loaded without triggers.
CREATE OR REPLACE FUNCTION user_overview_rollup_rebuild() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('user_overview_rollup'::regclass::bigint);
    LOCK TABLE user_overview IN SHARE MODE;
    DELETE FROM user_overview_last_login_at a WHERE NOT EXISTS (SELECT FROM user_overview WHERE user_id = a.row_id);
    INSERT INTO user_overview_last_login_at AS a (row_id, value) SELECT user_id, last_login_at FROM user_overview
    ON CONFLICT (row_id) DO UPDATE SET value = excluded.value WHERE a.value IS DISTINCT FROM excluded.value;
    DELETE FROM user_overview_kept;
    DELETE FROM user_overview_rollup;
    DELETE FROM user_overview_delta;
    INSERT INTO user_overview_rollup (type_code, auth_type_code, is_active, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id,
        subscription_status, subscription_plan_name, stripe_customer_id, stripe_subscription_id, promotion_name, promotion_code, coupon_name, subscription_plan_amount,
        subscription_charged_amount, discount_percentage, coupon_type_code, n)
    SELECT type_code, auth_type_code, is_active, CASE WHEN verified_at IS NOT NULL THEN to_timestamp(0) END, CASE WHEN last_login_at IS NOT NULL THEN to_timestamp(0) END, CASE WHEN exemption_from IS NOT NULL THEN to_timestamp(0) END, CASE WHEN exemption_to IS NOT NULL THEN to_timestamp(0) END, CASE WHEN legacy_user_id IS NOT NULL THEN 0 END,
        subscription_status, CASE WHEN subscription_plan_name IS NOT NULL THEN '' END, CASE WHEN stripe_customer_id IS NOT NULL THEN '' END, CASE WHEN stripe_subscription_id IS NOT NULL THEN '' END, CASE WHEN promotion_name IS NOT NULL THEN '' END, CASE WHEN promotion_code IS NOT NULL THEN '' END, CASE WHEN coupon_name IS NOT NULL THEN '' END, CASE WHEN subscription_plan_amount IS NOT NULL THEN 0 END,
        CASE WHEN subscription_charged_amount IS NOT NULL THEN 0 END, CASE WHEN discount_percentage IS NOT NULL THEN 0 END, coupon_type_code, count(*)
    FROM user_overview WHERE (visible) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19;
END
$$;
SELECT user_overview_rollup_rebuild();
-- +goose StatementEnd
