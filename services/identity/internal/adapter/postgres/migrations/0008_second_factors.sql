-- +goose Up

-- Second factors. The secret of an authenticator app is encrypted with IDENTITY_KEY_SECRET. last_step is the latest time step
-- whose code was used: no code works twice.
CREATE TABLE factors (
    id           uuid        CONSTRAINT factors_pk PRIMARY KEY,
    user_id      bigint      NOT NULL CONSTRAINT factors_account REFERENCES accounts (user_id),
    kind         text        NOT NULL CONSTRAINT factors_kind_known CHECK (kind IN ('totp')),
    name         text        NOT NULL,
    sealed       bytea       NOT NULL,
    created_at   timestamptz NOT NULL,
    confirmed_at timestamptz,
    last_used_at timestamptz,
    last_step    bigint      NOT NULL
);
CREATE INDEX factors_by_user ON factors (user_id);

-- Codes for somebody who has lost the factors. Each works once and is deleted then; only hashes are stored, of 80 random bits.
CREATE TABLE recovery_codes (
    user_id bigint NOT NULL CONSTRAINT recovery_codes_account REFERENCES accounts (user_id),
    hash    bytea  NOT NULL,
    CONSTRAINT recovery_codes_pk PRIMARY KEY (user_id, hash)
);

-- Sign-ins that wait for a second factor, by the hash of their token. password is a digest of the password hash that was
-- right: another password ends them.
CREATE TABLE challenges (
    hash       bytea       CONSTRAINT challenges_pk PRIMARY KEY,
    user_id    bigint      NOT NULL CONSTRAINT challenges_account REFERENCES accounts (user_id),
    password   bytea       NOT NULL,
    expires_at timestamptz NOT NULL,
    attempts   integer     NOT NULL
);
CREATE INDEX challenges_by_user ON challenges (user_id);
