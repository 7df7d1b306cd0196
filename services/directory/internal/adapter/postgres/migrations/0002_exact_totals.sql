-- +goose Up

-- Exact totals without counting rows, and pages without sorting them: deploy/adr/0009 says how, libs/listing does it.
-- This rewrites both tables once, under a lock that readers wait for: one to two minutes a million users.
--
-- What a write costs then: a change that a list can tell adds two rows to a delta log. An update of a listed column, and so
-- a sign-in, writes to every index, where before it could stay on its page: about ten times the work, for the most
-- part the indexes', and still well under a millisecond.

-- searchable is a field as it stands in a search_text: without the control characters that separate fields there.
-- Names hold none anyway.
CREATE FUNCTION searchable(field text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(translate(field, E'\x01\x02\x03\x04\x05\x06\x07\x08', ''), '');

-- Users ---------------------------------------------------------------------------------------------------------------

-- The columns without a user in them, which are the searched ones in the list's order, folded as the list folds.
ALTER TABLE users ADD search_text text COLLATE "und-x-icu" NOT NULL GENERATED ALWAYS AS (upper(lower((
    E'\x01' || searchable(username) || E'\x02' || searchable(email) || E'\x03' || searchable(first_name) || E'\x04' || searchable(last_name)
    || E'\x05' || CASE type_code WHEN 'SUBS' THEN 'Subscribed' WHEN 'NONS' THEN 'Not Subscribed' WHEN 'ADMI' THEN 'Administrator' ELSE '' END
    || E'\x06' || CASE auth_type_code WHEN 'EMAI' THEN 'Email' WHEN 'GOOG' THEN 'Google OAuth' WHEN 'APPE' THEN 'Apple OAuth'
        WHEN 'FACE' THEN 'Facebook OAuth' WHEN 'XXXX' THEN 'X OAuth' WHEN 'LINK' THEN 'LinkedIn OAuth' ELSE '' END
    || E'\x07') COLLATE "und-x-icu"))) STORED;

-- Enough of a sample to tell a name that a hundredth of the users have from a mail provider that a third have.
ALTER TABLE users ALTER search_text SET STATISTICS 300;

DROP INDEX users_search;
DROP INDEX users_by_last_name;
CREATE INDEX users_search ON users USING gin (search_text gin_trgm_ops) WHERE NOT deleted;

-- An index walk for every sort, in both directions: nulls come last and the id breaks ties upwards either way, so columns
-- that are null or have few values need an index each way. Type names sort as their codes do.
CREATE INDEX users_by_type_desc ON users (type_code DESC, id) WHERE NOT deleted;
CREATE INDEX users_by_auth_type ON users (auth_type_code, id) WHERE NOT deleted;
CREATE INDEX users_by_auth_type_desc ON users (auth_type_code DESC, id) WHERE NOT deleted;
CREATE INDEX users_by_active_desc ON users (is_active DESC, id) WHERE NOT deleted;
CREATE INDEX users_by_first_name ON users (lower(first_name COLLATE "und-x-icu"), id) WHERE NOT deleted;
CREATE INDEX users_by_first_name_desc ON users (lower(first_name COLLATE "und-x-icu") DESC NULLS LAST, id) WHERE NOT deleted;
CREATE INDEX users_by_last_name ON users (lower(last_name COLLATE "und-x-icu"), id) WHERE NOT deleted;
CREATE INDEX users_by_last_name_desc ON users (lower(last_name COLLATE "und-x-icu") DESC NULLS LAST, id) WHERE NOT deleted;
CREATE INDEX users_by_updated_at ON users (updated_at, id) WHERE NOT deleted;
CREATE INDEX users_by_verified_at ON users (verified_at, id) WHERE NOT deleted;
CREATE INDEX users_by_verified_at_desc ON users (verified_at DESC NULLS LAST, id) WHERE NOT deleted;
CREATE INDEX users_by_last_login ON users (last_login_at, id) WHERE NOT deleted;
CREATE INDEX users_by_last_login_desc ON users (last_login_at DESC NULLS LAST, id) WHERE NOT deleted;
CREATE INDEX users_by_legacy_user_id ON users (legacy_user_id) WHERE legacy_user_id IS NOT NULL;

-- users_delta are the changes that users_rollup does not know yet: what a listed row was, and what it became. Rows live for a second.
CREATE TABLE users_delta (
    sign smallint NOT NULL, -- -1: it is a listed row no more; +1: it has become one
    id bigint NOT NULL, username text NOT NULL, email text NOT NULL, first_name text, last_name text,
    type_code text NOT NULL, type_name text NOT NULL, auth_type_code text NOT NULL, auth_type_name text NOT NULL, is_active boolean NOT NULL,
    created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, verified_at timestamptz, last_login_at timestamptz,
    exemption_from timestamptz, exemption_to timestamptz, legacy_user_id bigint,
    search_text text COLLATE "und-x-icu" NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 100000);

-- users_rollup is how many users look the same to the filters that it has the columns for. A column that is null in a user is null;
-- the times and the legacy id are otherwise a constant.
CREATE TABLE users_rollup (
    type_code text NOT NULL, type_name text NOT NULL, auth_type_code text NOT NULL, auth_type_name text NOT NULL, is_active boolean NOT NULL,
    verified_at timestamptz, last_login_at timestamptz, exemption_from timestamptz, exemption_to timestamptz, legacy_user_id bigint,
    search_text text COLLATE "und-x-icu" NOT NULL GENERATED ALWAYS AS (upper(lower((
        E'\x01\x02\x03\x04\x05' || type_name || E'\x06' || auth_type_name || E'\x07') COLLATE "und-x-icu"))) STORED,
    n bigint NOT NULL,
    CONSTRAINT users_rollup_key UNIQUE NULLS NOT DISTINCT
        (type_code, auth_type_code, is_active, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id)
) WITH (fillfactor = 50);

-- users_kept are the totals of other filters that people ask for, as of the changes that the rollup knows; n is null until it was counted.
CREATE TABLE users_kept (
    key     text        CONSTRAINT users_kept_pk PRIMARY KEY,
    filter  text        NOT NULL,
    n       bigint,
    used_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- +goose StatementBegin
CREATE FUNCTION users_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND NOT OLD.deleted THEN
        INSERT INTO users_delta VALUES (-1, OLD.id, OLD.username, OLD.email, OLD.first_name, OLD.last_name,
            OLD.type_code, OLD.type_name, OLD.auth_type_code, OLD.auth_type_name, OLD.is_active,
            OLD.created_at, OLD.updated_at, OLD.verified_at, OLD.last_login_at,
            OLD.exemption_from, OLD.exemption_to, OLD.legacy_user_id, OLD.search_text);
    END IF;
    IF TG_OP <> 'DELETE' AND NOT NEW.deleted THEN
        INSERT INTO users_delta VALUES (1, NEW.id, NEW.username, NEW.email, NEW.first_name, NEW.last_name,
            NEW.type_code, NEW.type_name, NEW.auth_type_code, NEW.auth_type_name, NEW.is_active,
            NEW.created_at, NEW.updated_at, NEW.verified_at, NEW.last_login_at,
            NEW.exemption_from, NEW.exemption_to, NEW.legacy_user_id, NEW.search_text);
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER users_logged AFTER INSERT OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION users_log();
CREATE TRIGGER users_logged_update AFTER UPDATE ON users FOR EACH ROW
    WHEN ((OLD.deleted, OLD.id, OLD.username, OLD.email, OLD.first_name, OLD.last_name, OLD.type_code, OLD.auth_type_code, OLD.is_active,
            OLD.created_at, OLD.updated_at, OLD.verified_at, OLD.last_login_at, OLD.exemption_from, OLD.exemption_to, OLD.legacy_user_id)
        IS DISTINCT FROM (NEW.deleted, NEW.id, NEW.username, NEW.email, NEW.first_name, NEW.last_name, NEW.type_code, NEW.auth_type_code, NEW.is_active,
            NEW.created_at, NEW.updated_at, NEW.verified_at, NEW.last_login_at, NEW.exemption_from, NEW.exemption_to, NEW.legacy_user_id))
    EXECUTE FUNCTION users_log();

-- users_fold adds rows of the delta log to the rollup. Whoever calls it removes them in the same transaction.
-- +goose StatementBegin
CREATE FUNCTION users_fold(rows tid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO users_rollup (type_code, type_name, auth_type_code, auth_type_name, is_active, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id, n)
    SELECT type_code, min(type_name), auth_type_code, min(auth_type_name), is_active,
        CASE WHEN verified_at IS NOT NULL THEN to_timestamp(0) END, CASE WHEN last_login_at IS NOT NULL THEN to_timestamp(0) END,
        CASE WHEN exemption_from IS NOT NULL THEN to_timestamp(0) END, CASE WHEN exemption_to IS NOT NULL THEN to_timestamp(0) END,
        CASE WHEN legacy_user_id IS NOT NULL THEN 0 END, sum(sign)
    FROM users_delta WHERE ctid = ANY (rows)
    GROUP BY type_code, auth_type_code, is_active, 6, 7, 8, 9, 10 HAVING sum(sign) <> 0
    ON CONFLICT ON CONSTRAINT users_rollup_key DO UPDATE SET n = users_rollup.n + excluded.n;
    DELETE FROM users_rollup WHERE n = 0;
$$;
-- +goose StatementEnd

-- users_rollup_rebuild counts anew: for rows that were loaded without triggers. It keeps writers out.
-- +goose StatementBegin
CREATE FUNCTION users_rollup_rebuild() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('users_rollup'::regclass::bigint);
    LOCK TABLE users IN SHARE MODE;
    DELETE FROM users_kept;
    DELETE FROM users_rollup;
    DELETE FROM users_delta;
    INSERT INTO users_rollup (type_code, type_name, auth_type_code, auth_type_name, is_active, verified_at, last_login_at, exemption_from, exemption_to, legacy_user_id, n)
    SELECT type_code, min(type_name), auth_type_code, min(auth_type_name), is_active,
        CASE WHEN verified_at IS NOT NULL THEN to_timestamp(0) END, CASE WHEN last_login_at IS NOT NULL THEN to_timestamp(0) END,
        CASE WHEN exemption_from IS NOT NULL THEN to_timestamp(0) END, CASE WHEN exemption_to IS NOT NULL THEN to_timestamp(0) END,
        CASE WHEN legacy_user_id IS NOT NULL THEN 0 END, count(*)
    FROM users WHERE NOT deleted
    GROUP BY type_code, auth_type_code, is_active, 6, 7, 8, 9, 10;
END
$$;
-- +goose StatementEnd

SELECT users_rollup_rebuild();

-- Verification requests -----------------------------------------------------------------------------------------------

-- What the list shows of the user stands in the request itself, so that the list is one table. Triggers keep it.
ALTER TABLE verification_requests
    ADD username   text    NOT NULL DEFAULT '',
    ADD email      text    NOT NULL DEFAULT '',
    ADD first_name text,
    ADD last_name  text,
    ADD is_active  boolean NOT NULL DEFAULT false;
ALTER TABLE verification_requests ADD search_text text COLLATE "und-x-icu" NOT NULL GENERATED ALWAYS AS (upper(lower((
    E'\x01' || type_code
    || E'\x02' || CASE type_code WHEN 'REGR' THEN 'Email Verification' WHEN 'RPWR' THEN 'Reset Password' WHEN 'EMUP' THEN 'Email Update' ELSE '' END
    || E'\x03' || searchable(code) || E'\x04' || searchable(username) || E'\x05' || searchable(email)
    || E'\x06' || searchable(first_name) || E'\x07' || searchable(last_name) || E'\x08') COLLATE "und-x-icu"))) STORED;

ALTER TABLE verification_requests ALTER search_text SET STATISTICS 300;

-- The lock makes a change of the user that goes on at the same time wait, or waits for it.
-- +goose StatementBegin
CREATE FUNCTION verification_requests_copy_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT u.username, u.email, u.first_name, u.last_name, u.is_active
    INTO STRICT NEW.username, NEW.email, NEW.first_name, NEW.last_name, NEW.is_active
    FROM users u WHERE u.id = NEW.user_id FOR SHARE;
    RETURN NEW;
EXCEPTION WHEN no_data_found THEN
    RETURN NEW; -- The foreign key says what is wrong.
END
$$;
CREATE FUNCTION users_copy_to_requests() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE verification_requests
    SET username = NEW.username, email = NEW.email, first_name = NEW.first_name, last_name = NEW.last_name, is_active = NEW.is_active
    WHERE user_id = NEW.id;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

UPDATE verification_requests r
SET username = u.username, email = u.email, first_name = u.first_name, last_name = u.last_name, is_active = u.is_active
FROM users u WHERE u.id = r.user_id;

CREATE TRIGGER verification_requests_user BEFORE INSERT ON verification_requests FOR EACH ROW EXECUTE FUNCTION verification_requests_copy_user();
CREATE TRIGGER users_in_requests AFTER UPDATE ON users FOR EACH ROW
    WHEN ((OLD.username, OLD.email, OLD.first_name, OLD.last_name, OLD.is_active)
        IS DISTINCT FROM (NEW.username, NEW.email, NEW.first_name, NEW.last_name, NEW.is_active))
    EXECUTE FUNCTION users_copy_to_requests();

CREATE INDEX verification_requests_search ON verification_requests USING gin (search_text gin_trgm_ops);
CREATE INDEX verification_requests_by_created_on ON verification_requests (created_on, id);
CREATE INDEX verification_requests_by_type ON verification_requests (type_code, id);
CREATE INDEX verification_requests_by_type_desc ON verification_requests (type_code DESC, id);
CREATE INDEX verification_requests_of_type ON verification_requests (type_code, created_on, id);
CREATE INDEX verification_requests_by_username ON verification_requests (lower(username COLLATE "und-x-icu"), id);
CREATE INDEX verification_requests_by_email ON verification_requests (lower(email COLLATE "und-x-icu"), id);

CREATE TABLE verification_requests_delta (
    sign smallint NOT NULL,
    id bigint NOT NULL, user_id bigint NOT NULL, type_code text NOT NULL, type_name text NOT NULL, code text NOT NULL,
    created_on timestamptz NOT NULL, attempts integer NOT NULL,
    username text NOT NULL, email text NOT NULL, first_name text, last_name text, is_active boolean NOT NULL,
    search_text text COLLATE "und-x-icu" NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 100000);

CREATE TABLE verification_requests_rollup (
    type_code text NOT NULL, type_name text NOT NULL, attempts integer NOT NULL, is_active boolean NOT NULL, first_name text, last_name text,
    search_text text COLLATE "und-x-icu" NOT NULL GENERATED ALWAYS AS (upper(lower((
        E'\x01' || type_code || E'\x02' || type_name || E'\x03\x04\x05\x06\x07\x08') COLLATE "und-x-icu"))) STORED,
    n bigint NOT NULL,
    CONSTRAINT verification_requests_rollup_key UNIQUE NULLS NOT DISTINCT (type_code, attempts, is_active, first_name, last_name)
) WITH (fillfactor = 50);

CREATE TABLE verification_requests_kept (
    key     text        CONSTRAINT verification_requests_kept_pk PRIMARY KEY,
    filter  text        NOT NULL,
    n       bigint,
    used_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- +goose StatementBegin
CREATE FUNCTION verification_requests_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO verification_requests_delta VALUES (-1, OLD.id, OLD.user_id, OLD.type_code, OLD.type_name, OLD.code, OLD.created_on, OLD.attempts,
            OLD.username, OLD.email, OLD.first_name, OLD.last_name, OLD.is_active, OLD.search_text);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO verification_requests_delta VALUES (1, NEW.id, NEW.user_id, NEW.type_code, NEW.type_name, NEW.code, NEW.created_on, NEW.attempts,
            NEW.username, NEW.email, NEW.first_name, NEW.last_name, NEW.is_active, NEW.search_text);
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER verification_requests_logged AFTER INSERT OR DELETE ON verification_requests FOR EACH ROW EXECUTE FUNCTION verification_requests_log();
CREATE TRIGGER verification_requests_logged_update AFTER UPDATE ON verification_requests FOR EACH ROW
    WHEN ((OLD.id, OLD.user_id, OLD.type_code, OLD.code, OLD.created_on, OLD.attempts, OLD.username, OLD.email, OLD.first_name, OLD.last_name, OLD.is_active)
        IS DISTINCT FROM (NEW.id, NEW.user_id, NEW.type_code, NEW.code, NEW.created_on, NEW.attempts, NEW.username, NEW.email, NEW.first_name, NEW.last_name, NEW.is_active))
    EXECUTE FUNCTION verification_requests_log();

-- +goose StatementBegin
CREATE FUNCTION verification_requests_fold(rows tid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO verification_requests_rollup (type_code, type_name, attempts, is_active, first_name, last_name, n)
    SELECT type_code, min(type_name), attempts, is_active,
        CASE WHEN first_name IS NOT NULL THEN '' END, CASE WHEN last_name IS NOT NULL THEN '' END, sum(sign)
    FROM verification_requests_delta WHERE ctid = ANY (rows)
    GROUP BY type_code, attempts, is_active, 5, 6 HAVING sum(sign) <> 0
    ON CONFLICT ON CONSTRAINT verification_requests_rollup_key DO UPDATE SET n = verification_requests_rollup.n + excluded.n;
    DELETE FROM verification_requests_rollup WHERE n = 0;
$$;

-- It also copies the users anew.
CREATE FUNCTION verification_requests_rollup_rebuild() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('verification_requests_rollup'::regclass::bigint);
    LOCK TABLE users, verification_requests IN SHARE ROW EXCLUSIVE MODE;
    UPDATE verification_requests r
    SET username = u.username, email = u.email, first_name = u.first_name, last_name = u.last_name, is_active = u.is_active
    FROM users u WHERE u.id = r.user_id AND (r.username, r.email, r.first_name, r.last_name, r.is_active)
        IS DISTINCT FROM (u.username, u.email, u.first_name, u.last_name, u.is_active);
    DELETE FROM verification_requests_kept;
    DELETE FROM verification_requests_rollup;
    DELETE FROM verification_requests_delta;
    INSERT INTO verification_requests_rollup (type_code, type_name, attempts, is_active, first_name, last_name, n)
    SELECT type_code, min(type_name), attempts, is_active,
        CASE WHEN first_name IS NOT NULL THEN '' END, CASE WHEN last_name IS NOT NULL THEN '' END, count(*)
    FROM verification_requests
    GROUP BY type_code, attempts, is_active, 5, 6;
END
$$;
-- +goose StatementEnd

SELECT verification_requests_rollup_rebuild();
