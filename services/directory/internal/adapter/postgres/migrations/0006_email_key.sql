-- +goose NO TRANSACTION
-- +goose Up

-- Addresses are compared by their key (users-api.md section 3) and no longer by lower(email), which depends on the
-- database's locale and knows nothing of IDNA. See libs/usersapi/emailkeys. Each statement can be repeated.
--
-- While replicas of the release before still run: they write and read no keys. Of addresses in ASCII the database knows
-- the key by itself, so these stay unique whoever writes them. Keys of other addresses that such a replica leaves out or
-- leaves behind are repaired by the new replicas within ten minutes. The old replicas look for lower(email) and keep an
-- index for it, which the next release drops. What they cannot do is make a user: their INSERT names the old unique
-- index in ON CONFLICT, and addresses that differ only by the new rule could not be stored beside it. The accounts that
-- they would have made users of are parked and applied by a new replica, a minute later.
--
-- ALTER TABLE locks each table exclusively, for a moment: a nullable column without a default rewrites nothing. Indexes
-- are made beside readers and writers.

ALTER TABLE users ADD COLUMN IF NOT EXISTS email_key text;
ALTER TABLE legacy_users ADD COLUMN IF NOT EXISTS email_key text;

-- email_key_of is the key of a row. What comes of an address that is not in ASCII and has no key is no address's key.
CREATE OR REPLACE FUNCTION email_key_of(email text, email_key text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN octet_length(email) = char_length(email) THEN lower(email COLLATE "C") ELSE coalesce(email_key, lower(email COLLATE "C")) END;

DROP INDEX CONCURRENTLY IF EXISTS users_email_key_unique;
CREATE UNIQUE INDEX CONCURRENTLY users_email_key_unique ON users (email_key_of(email, email_key)) WHERE NOT deleted;
DROP INDEX CONCURRENTLY IF EXISTS legacy_users_email_key_unique;
CREATE UNIQUE INDEX CONCURRENTLY legacy_users_email_key_unique ON legacy_users (email_key_of(email, email_key));
DROP INDEX CONCURRENTLY IF EXISTS users_by_lower_email;
CREATE INDEX CONCURRENTLY users_by_lower_email ON users (lower(email)) WHERE NOT deleted;

-- For the check of keys.
DROP INDEX CONCURRENTLY IF EXISTS users_with_email_key;
CREATE INDEX CONCURRENTLY users_with_email_key ON users (id) WHERE octet_length(email) <> char_length(email) OR email_key IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS legacy_users_with_email_key;
CREATE INDEX CONCURRENTLY legacy_users_with_email_key ON legacy_users (legacy_user_id) WHERE octet_length(email) <> char_length(email) OR email_key IS NOT NULL;

-- The new indexes take the names of the old ones, which old replicas know in errors.
-- +goose StatementBegin
DO $$
BEGIN
    DROP INDEX IF EXISTS users_email_unique, legacy_users_email_unique;
    ALTER INDEX users_email_key_unique RENAME TO users_email_unique;
    ALTER INDEX legacy_users_email_key_unique RENAME TO legacy_users_email_unique;
END
$$;
-- +goose StatementEnd
