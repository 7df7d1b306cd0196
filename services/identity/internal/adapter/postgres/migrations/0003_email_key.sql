-- +goose NO TRANSACTION
-- +goose Up

-- Addresses are compared by their key (users-api.md section 3) and no longer by lower(email), which depends on the
-- database's locale and knows nothing of IDNA. See libs/usersapi/emailkeys. Each statement can be repeated.
--
-- While replicas of the release before still run: they write and read no keys. Of addresses in ASCII the database knows
-- the key by itself, so these stay unique whoever writes them. Keys of other addresses that such a replica leaves out or
-- leaves behind are repaired by the new replicas within ten minutes. The old replicas look for lower(email) and keep an
-- index for it, which the next release drops.
--
-- ALTER TABLE locks each table exclusively, for a moment: a nullable column without a default rewrites nothing. Indexes
-- are made beside readers and writers.

ALTER TABLE accounts ADD COLUMN IF NOT EXISTS email_key text;
ALTER TABLE legacy_accounts ADD COLUMN IF NOT EXISTS email_key text;

-- email_key_of is the key of a row. What comes of an address that is not in ASCII and has no key is no address's key.
CREATE OR REPLACE FUNCTION email_key_of(email text, email_key text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN octet_length(email) = char_length(email) THEN lower(email COLLATE "C") ELSE coalesce(email_key, lower(email COLLATE "C")) END;

DROP INDEX CONCURRENTLY IF EXISTS accounts_email_key_unique;
CREATE UNIQUE INDEX CONCURRENTLY accounts_email_key_unique ON accounts (email_key_of(email, email_key)) WHERE NOT displaced;
DROP INDEX CONCURRENTLY IF EXISTS accounts_displaced_email_key_idx;
CREATE INDEX CONCURRENTLY accounts_displaced_email_key_idx ON accounts (email_key_of(email, email_key)) WHERE displaced;
DROP INDEX CONCURRENTLY IF EXISTS legacy_accounts_email_key_unique;
CREATE UNIQUE INDEX CONCURRENTLY legacy_accounts_email_key_unique ON legacy_accounts (email_key_of(email, email_key));
DROP INDEX CONCURRENTLY IF EXISTS accounts_by_lower_email;
CREATE INDEX CONCURRENTLY accounts_by_lower_email ON accounts (lower(email));

-- For the check of keys.
DROP INDEX CONCURRENTLY IF EXISTS accounts_with_email_key;
CREATE INDEX CONCURRENTLY accounts_with_email_key ON accounts (user_id) WHERE octet_length(email) <> char_length(email) OR email_key IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS legacy_accounts_with_email_key;
CREATE INDEX CONCURRENTLY legacy_accounts_with_email_key ON legacy_accounts (legacy_user_id) WHERE octet_length(email) <> char_length(email) OR email_key IS NOT NULL;

-- The new indexes take the names of the old ones, which old replicas know in errors.
-- +goose StatementBegin
DO $$
BEGIN
    DROP INDEX IF EXISTS accounts_email_unique, accounts_displaced_email_idx, legacy_accounts_email_unique;
    ALTER INDEX accounts_email_key_unique RENAME TO accounts_email_unique;
    ALTER INDEX accounts_displaced_email_key_idx RENAME TO accounts_displaced_email_idx;
    ALTER INDEX legacy_accounts_email_key_unique RENAME TO legacy_accounts_email_unique;
END
$$;
-- +goose StatementEnd
