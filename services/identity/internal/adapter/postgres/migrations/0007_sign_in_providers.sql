-- +goose Up

-- Accounts of sign-in providers that belong to users. The code of before knows nothing of them; its deletions of an account
-- leave the links, which then sign in to a tombstone, that is, not at all.
CREATE TABLE provider_links (
    provider   text        NOT NULL,
    subject    text        NOT NULL CONSTRAINT provider_links_subject_length CHECK (char_length(subject) BETWEEN 1 AND 255),
    user_id    bigint      NOT NULL CONSTRAINT provider_links_user_fk REFERENCES accounts (user_id),
    created_at timestamptz NOT NULL,
    CONSTRAINT provider_links_pk PRIMARY KEY (provider, subject),
    CONSTRAINT provider_links_user_unique UNIQUE (user_id, provider)
);

-- What a browser has with it on its way to a provider and back, under hashes of the secrets that it shows.
CREATE TABLE provider_flows (
    state_hash    bytea       CONSTRAINT provider_flows_pk PRIMARY KEY,
    flow          jsonb       NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX provider_flows_expiry_idx ON provider_flows (expires_at);

CREATE TABLE sign_in_codes (
    code_hash     bytea       CONSTRAINT sign_in_codes_pk PRIMARY KEY,
    code          jsonb       NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX sign_in_codes_expiry_idx ON sign_in_codes (expires_at);

-- ID tokens and codes that have signed somebody in, until they expire.
CREATE TABLE used_provider_tokens (
    hash          bytea       CONSTRAINT used_provider_tokens_pk PRIMARY KEY,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX used_provider_tokens_expiry_idx ON used_provider_tokens (expires_at);
