-- +goose Up

-- What was written by hand and is made from the declarations from now on, see below. The time of the last sign-in leaves the
-- table's indexes: an update that changes nothing else of the row's listed columns can then stay on its page.
DROP INDEX users_by_last_login, users_by_last_login_desc;

-- Names of codes stand in the program alone, and so do the codes that there are.
ALTER TABLE users DROP CONSTRAINT users_type_known, DROP CONSTRAINT users_auth_type_known;
ALTER TABLE verification_requests DROP CONSTRAINT verification_requests_type_known;

-- From here on this is made from the declarations of the lists by go generate; libs/listing/schema says what it locks.
-- +goose StatementBegin
LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE;
DO $do$
DECLARE c record;
BEGIN
    FOR c IN SELECT * FROM (VALUES ('first_name', 'text'), ('last_name', 'text'), ('verified_at', 'timestamptz'), ('last_login_at', 'timestamptz'), ('exemption_from', 'timestamptz'), ('exemption_to', 'timestamptz'), ('legacy_user_id', 'bigint'), ('properties', 'jsonb')) AS nullable (name, type)
        WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = nullable.name AND NOT attisdropped)
    LOOP
        EXECUTE format('ALTER TABLE users ADD %I %s', c.name, c.type);
    END LOOP;
END
$do$;
DO $do$
DECLARE made_from text := $text$upper(lower((E'\x01' || translate(coalesce(username, ''), E'\x01\x02\x03\x04\x05', '')
        || E'\x02' || translate(coalesce(email, ''), E'\x01\x02\x03\x04\x05', '')
        || E'\x03' || translate(coalesce(first_name, ''), E'\x01\x02\x03\x04\x05', '')
        || E'\x04' || translate(coalesce(last_name, ''), E'\x01\x02\x03\x04\x05', '')
        || E'\x05') COLLATE "und-x-icu"))$text$;
BEGIN
    IF (SELECT col_description(attrelid, attnum) FROM pg_attribute
        WHERE attrelid = 'users'::regclass AND attname = 'search_text' AND NOT attisdropped) IS DISTINCT FROM made_from THEN
        EXECUTE format($sql$ALTER TABLE users DROP COLUMN IF EXISTS search_text, ADD search_text text COLLATE "und-x-icu" NOT NULL GENERATED ALWAYS AS (%s) STORED$sql$, made_from);
        ALTER TABLE users ALTER search_text SET STATISTICS 300;
        CREATE INDEX users_search ON users USING gin (search_text gin_trgm_ops) WHERE (NOT deleted);
        EXECUTE format('COMMENT ON COLUMN users.search_text IS %L', made_from);
    END IF;
END
$do$;
DO $do$
BEGIN
    IF to_regclass('users_last_login_at') IS NULL THEN
        CREATE TABLE users_last_login_at WITH (autovacuum_vacuum_scale_factor = 0.02) AS SELECT id AS row_id, last_login_at AS value FROM users;
        ALTER TABLE users_last_login_at ADD CONSTRAINT users_last_login_at_pk PRIMARY KEY (row_id);
        CREATE INDEX users_last_login_at_asc ON users_last_login_at (value, row_id);
        CREATE INDEX users_last_login_at_desc ON users_last_login_at (value DESC NULLS LAST, row_id);
    END IF;
END
$do$;
CREATE OR REPLACE FUNCTION users_last_login_at_copy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO users_last_login_at (row_id, value) VALUES (NEW.id, NEW.last_login_at);
    ELSIF TG_OP = 'UPDATE' THEN
        UPDATE users_last_login_at SET row_id = NEW.id, value = NEW.last_login_at WHERE row_id = OLD.id;
    ELSE
        DELETE FROM users_last_login_at WHERE row_id = OLD.id;
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER users_last_login_at_copied AFTER INSERT OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION users_last_login_at_copy();
CREATE OR REPLACE TRIGGER users_last_login_at_copied_update AFTER UPDATE ON users FOR EACH ROW
    WHEN ((OLD.id, OLD.last_login_at) IS DISTINCT FROM (NEW.id, NEW.last_login_at)) EXECUTE FUNCTION users_last_login_at_copy();
DROP TABLE IF EXISTS users_delta;
CREATE TABLE users_delta WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 100000)
    AS SELECT 0::smallint AS sign, id, username, email, first_name, last_name, type_code, auth_type_code, is_active,
        created_at, updated_at, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id, search_text FROM users WITH NO DATA;
CREATE OR REPLACE FUNCTION users_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND (NOT OLD.deleted) THEN
        INSERT INTO users_delta (sign, id, username, email, first_name, last_name, type_code, auth_type_code, is_active,
        created_at, updated_at, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id, search_text)
        VALUES (-1, OLD.id, OLD.username, OLD.email, OLD.first_name, OLD.last_name, OLD.type_code, OLD.auth_type_code, OLD.is_active,
        OLD.created_at, OLD.updated_at, OLD.verified_at, OLD.last_login_at, OLD.exemption_from, OLD.exemption_to, OLD.legacy_user_id, OLD.search_text);
    END IF;
    IF TG_OP <> 'DELETE' AND (NOT NEW.deleted) THEN
        INSERT INTO users_delta (sign, id, username, email, first_name, last_name, type_code, auth_type_code, is_active,
        created_at, updated_at, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id, search_text)
        VALUES (1, NEW.id, NEW.username, NEW.email, NEW.first_name, NEW.last_name, NEW.type_code, NEW.auth_type_code, NEW.is_active,
        NEW.created_at, NEW.updated_at, NEW.verified_at, NEW.last_login_at, NEW.exemption_from, NEW.exemption_to, NEW.legacy_user_id, NEW.search_text);
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER users_logged AFTER INSERT OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION users_log();
CREATE OR REPLACE TRIGGER users_logged_update AFTER UPDATE ON users FOR EACH ROW
    WHEN (((NOT OLD.deleted), OLD.id, OLD.username, OLD.email, OLD.first_name, OLD.last_name, OLD.type_code, OLD.auth_type_code, OLD.is_active,
        OLD.created_at, OLD.updated_at, OLD.verified_at, OLD.last_login_at, OLD.exemption_from, OLD.exemption_to, OLD.legacy_user_id)
        IS DISTINCT FROM ((NOT NEW.deleted), NEW.id, NEW.username, NEW.email, NEW.first_name, NEW.last_name, NEW.type_code, NEW.auth_type_code, NEW.is_active,
        NEW.created_at, NEW.updated_at, NEW.verified_at, NEW.last_login_at, NEW.exemption_from, NEW.exemption_to, NEW.legacy_user_id))
    EXECUTE FUNCTION users_log();
DROP TABLE IF EXISTS users_rollup;
CREATE TABLE users_rollup WITH (fillfactor = 50) AS SELECT type_code, auth_type_code, is_active, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id, 0::bigint AS n FROM users WITH NO DATA;
ALTER TABLE users_rollup ALTER n SET NOT NULL, ADD CONSTRAINT users_rollup_key UNIQUE NULLS NOT DISTINCT (type_code, auth_type_code, is_active, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id);
CREATE TABLE IF NOT EXISTS users_kept (
    key     text        CONSTRAINT users_kept_pk PRIMARY KEY,
    filter  text        NOT NULL,
    n       bigint,
    used_at timestamptz NOT NULL
) WITH (fillfactor = 50);
-- Whoever calls it removes the rows from the delta log in the same transaction.
CREATE OR REPLACE FUNCTION users_fold(rows tid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO users_rollup (type_code, auth_type_code, is_active, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id, n)
    SELECT type_code, auth_type_code, is_active, CASE WHEN verified_at IS NOT NULL THEN to_timestamp(0) END, CASE WHEN last_login_at IS NOT NULL THEN to_timestamp(0) END, CASE WHEN exemption_from IS NOT NULL THEN to_timestamp(0) END, CASE WHEN exemption_to IS NOT NULL THEN to_timestamp(0) END, CASE WHEN legacy_user_id IS NOT NULL THEN 0 END, sum(sign)
    FROM users_delta WHERE ctid = ANY (rows) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(sign) <> 0
    ON CONFLICT ON CONSTRAINT users_rollup_key DO UPDATE SET n = users_rollup.n + excluded.n;
    DELETE FROM users_rollup WHERE n = 0;
$$;
-- Counts anew, and keeps writers out meanwhile: for rows that were loaded without triggers.
CREATE OR REPLACE FUNCTION users_rollup_rebuild() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('users_rollup'::regclass::bigint);
    LOCK TABLE users IN SHARE MODE;
    DELETE FROM users_last_login_at a WHERE NOT EXISTS (SELECT FROM users WHERE id = a.row_id);
    INSERT INTO users_last_login_at AS a (row_id, value) SELECT id, last_login_at FROM users
    ON CONFLICT (row_id) DO UPDATE SET value = excluded.value WHERE a.value IS DISTINCT FROM excluded.value;
    DELETE FROM users_kept;
    DELETE FROM users_rollup;
    DELETE FROM users_delta;
    INSERT INTO users_rollup (type_code, auth_type_code, is_active, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id, n)
    SELECT type_code, auth_type_code, is_active, CASE WHEN verified_at IS NOT NULL THEN to_timestamp(0) END, CASE WHEN last_login_at IS NOT NULL THEN to_timestamp(0) END, CASE WHEN exemption_from IS NOT NULL THEN to_timestamp(0) END, CASE WHEN exemption_to IS NOT NULL THEN to_timestamp(0) END, CASE WHEN legacy_user_id IS NOT NULL THEN 0 END, count(*)
    FROM users WHERE (NOT deleted) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
END
$$;
SELECT users_rollup_rebuild();
LOCK TABLE verification_requests IN SHARE ROW EXCLUSIVE MODE;
DO $do$
DECLARE c record;
BEGIN
    FOR c IN SELECT * FROM (VALUES ('code', 'text'), ('first_name', 'text'), ('last_name', 'text')) AS nullable (name, type)
        WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'verification_requests'::regclass AND attname = nullable.name AND NOT attisdropped)
    LOOP
        EXECUTE format('ALTER TABLE verification_requests ADD %I %s', c.name, c.type);
    END LOOP;
END
$do$;
DO $do$
DECLARE made_from text := $text$upper(lower((E'\x01' || translate(coalesce(type_code, ''), E'\x01\x02\x03\x04\x05\x06\x07', '')
        || E'\x02' || translate(coalesce(code, ''), E'\x01\x02\x03\x04\x05\x06\x07', '')
        || E'\x03' || translate(coalesce(username, ''), E'\x01\x02\x03\x04\x05\x06\x07', '')
        || E'\x04' || translate(coalesce(email, ''), E'\x01\x02\x03\x04\x05\x06\x07', '')
        || E'\x05' || translate(coalesce(first_name, ''), E'\x01\x02\x03\x04\x05\x06\x07', '')
        || E'\x06' || translate(coalesce(last_name, ''), E'\x01\x02\x03\x04\x05\x06\x07', '')
        || E'\x07') COLLATE "und-x-icu"))$text$;
BEGIN
    IF (SELECT col_description(attrelid, attnum) FROM pg_attribute
        WHERE attrelid = 'verification_requests'::regclass AND attname = 'search_text' AND NOT attisdropped) IS DISTINCT FROM made_from THEN
        EXECUTE format($sql$ALTER TABLE verification_requests DROP COLUMN IF EXISTS search_text, ADD search_text text COLLATE "und-x-icu" NOT NULL GENERATED ALWAYS AS (%s) STORED$sql$, made_from);
        ALTER TABLE verification_requests ALTER search_text SET STATISTICS 300;
        CREATE INDEX verification_requests_search ON verification_requests USING gin (search_text gin_trgm_ops);
        EXECUTE format('COMMENT ON COLUMN verification_requests.search_text IS %L', made_from);
    END IF;
END
$do$;
DO $do$
DECLARE made_from text := $text$array_position('{EMUP,REGR,INVI,RPWR}'::text[], type_code)$text$;
BEGIN
    IF obj_description(to_regclass('verification_requests_by_name_of_type_code')) IS DISTINCT FROM made_from THEN
        DROP INDEX IF EXISTS verification_requests_by_name_of_type_code;
        EXECUTE format($sql$CREATE INDEX verification_requests_by_name_of_type_code ON verification_requests (%s, id)$sql$, made_from);
        EXECUTE format('COMMENT ON INDEX verification_requests_by_name_of_type_code IS %L', made_from);
    END IF;
END
$do$;
DO $do$
DECLARE made_from text := $text$array_position('{EMUP,REGR,INVI,RPWR}'::text[], type_code)$text$;
BEGIN
    IF obj_description(to_regclass('verification_requests_by_name_of_type_code_desc')) IS DISTINCT FROM made_from THEN
        DROP INDEX IF EXISTS verification_requests_by_name_of_type_code_desc;
        EXECUTE format($sql$CREATE INDEX verification_requests_by_name_of_type_code_desc ON verification_requests (%s DESC, id)$sql$, made_from);
        EXECUTE format('COMMENT ON INDEX verification_requests_by_name_of_type_code_desc IS %L', made_from);
    END IF;
END
$do$;
DROP TABLE IF EXISTS verification_requests_delta;
CREATE TABLE verification_requests_delta WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 100000)
    AS SELECT 0::smallint AS sign, id, user_id, type_code, code, created_on, attempts, username, email,
        first_name, last_name, is_active, search_text FROM verification_requests WITH NO DATA;
CREATE OR REPLACE FUNCTION verification_requests_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO verification_requests_delta (sign, id, user_id, type_code, code, created_on, attempts, username, email,
        first_name, last_name, is_active, search_text)
        VALUES (-1, OLD.id, OLD.user_id, OLD.type_code, OLD.code, OLD.created_on, OLD.attempts, OLD.username, OLD.email,
        OLD.first_name, OLD.last_name, OLD.is_active, OLD.search_text);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO verification_requests_delta (sign, id, user_id, type_code, code, created_on, attempts, username, email,
        first_name, last_name, is_active, search_text)
        VALUES (1, NEW.id, NEW.user_id, NEW.type_code, NEW.code, NEW.created_on, NEW.attempts, NEW.username, NEW.email,
        NEW.first_name, NEW.last_name, NEW.is_active, NEW.search_text);
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER verification_requests_logged AFTER INSERT OR DELETE ON verification_requests FOR EACH ROW EXECUTE FUNCTION verification_requests_log();
CREATE OR REPLACE TRIGGER verification_requests_logged_update AFTER UPDATE ON verification_requests FOR EACH ROW
    WHEN ((OLD.id, OLD.user_id, OLD.type_code, OLD.code, OLD.created_on, OLD.attempts, OLD.username, OLD.email,
        OLD.first_name, OLD.last_name, OLD.is_active)
        IS DISTINCT FROM (NEW.id, NEW.user_id, NEW.type_code, NEW.code, NEW.created_on, NEW.attempts, NEW.username, NEW.email,
        NEW.first_name, NEW.last_name, NEW.is_active))
    EXECUTE FUNCTION verification_requests_log();
DROP TABLE IF EXISTS verification_requests_rollup;
CREATE TABLE verification_requests_rollup WITH (fillfactor = 50) AS SELECT type_code, attempts, first_name, last_name, is_active, 0::bigint AS n FROM verification_requests WITH NO DATA;
ALTER TABLE verification_requests_rollup ALTER n SET NOT NULL, ADD CONSTRAINT verification_requests_rollup_key UNIQUE NULLS NOT DISTINCT (type_code, attempts, first_name, last_name, is_active);
CREATE TABLE IF NOT EXISTS verification_requests_kept (
    key     text        CONSTRAINT verification_requests_kept_pk PRIMARY KEY,
    filter  text        NOT NULL,
    n       bigint,
    used_at timestamptz NOT NULL
) WITH (fillfactor = 50);
-- Whoever calls it removes the rows from the delta log in the same transaction.
CREATE OR REPLACE FUNCTION verification_requests_fold(rows tid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO verification_requests_rollup (type_code, attempts, first_name, last_name, is_active, n)
    SELECT type_code, attempts, CASE WHEN first_name IS NOT NULL THEN '' END, CASE WHEN last_name IS NOT NULL THEN '' END, is_active, sum(sign)
    FROM verification_requests_delta WHERE ctid = ANY (rows) GROUP BY 1, 2, 3, 4, 5 HAVING sum(sign) <> 0
    ON CONFLICT ON CONSTRAINT verification_requests_rollup_key DO UPDATE SET n = verification_requests_rollup.n + excluded.n;
    DELETE FROM verification_requests_rollup WHERE n = 0;
$$;
-- Counts anew, and keeps writers out meanwhile: for rows that were loaded without triggers.
CREATE OR REPLACE FUNCTION verification_requests_rollup_rebuild() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('verification_requests_rollup'::regclass::bigint);
    LOCK TABLE verification_requests IN SHARE MODE;
    DELETE FROM verification_requests_kept;
    DELETE FROM verification_requests_rollup;
    DELETE FROM verification_requests_delta;
    INSERT INTO verification_requests_rollup (type_code, attempts, first_name, last_name, is_active, n)
    SELECT type_code, attempts, CASE WHEN first_name IS NOT NULL THEN '' END, CASE WHEN last_name IS NOT NULL THEN '' END, is_active, count(*)
    FROM verification_requests GROUP BY 1, 2, 3, 4, 5;
END
$$;
SELECT verification_requests_rollup_rebuild();
-- +goose StatementEnd
