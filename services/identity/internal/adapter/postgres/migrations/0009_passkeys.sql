-- +goose Up

-- Passkeys are second factors. The code of before knows codes only, so on its replicas a user with a passkey cannot sign in by
-- password until the upgrade is over.
ALTER TABLE factors DROP CONSTRAINT factors_kind_known;
ALTER TABLE factors ADD CONSTRAINT factors_kind_known CHECK (kind IN ('totp', 'passkey'));
ALTER TABLE factors ADD COLUMN credential_id bytea CONSTRAINT factors_credential_unique UNIQUE;
ALTER TABLE factors ADD COLUMN credential jsonb;
ALTER TABLE factors ALTER COLUMN sealed DROP NOT NULL;
ALTER TABLE factors ADD CONSTRAINT factors_totp_has_secret CHECK ((kind = 'totp') = (sealed IS NOT NULL));
ALTER TABLE factors ADD CONSTRAINT factors_passkey_has_credential CHECK ((kind = 'passkey') = (credential_id IS NOT NULL AND credential IS NOT NULL));

-- What authenticators know users by: random, so that it says nothing of them.
CREATE TABLE user_handles (
    user_id bigint CONSTRAINT user_handles_pk PRIMARY KEY CONSTRAINT user_handles_account REFERENCES accounts (user_id),
    handle  bytea  NOT NULL CONSTRAINT user_handles_unique UNIQUE CONSTRAINT user_handles_length CHECK (octet_length(handle) = 64)
);

-- Questions to browsers that wait for their answer, by the hash of what names them. Each is deleted by the first answer.
CREATE TABLE ceremonies (
    hash       bytea       CONSTRAINT ceremonies_pk PRIMARY KEY,
    kind       text        NOT NULL,
    user_id    bigint      CONSTRAINT ceremonies_account REFERENCES accounts (user_id),
    state      bytea       NOT NULL,
    name       text        NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX ceremonies_by_user ON ceremonies (user_id, kind) WHERE user_id IS NOT NULL;
CREATE INDEX ceremonies_expiry_idx ON ceremonies (expires_at);
