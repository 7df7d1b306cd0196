-- +goose Up

-- One row a user id, for ever: a deleted account stays as a tombstone without anything personal.
CREATE TABLE accounts (
    user_id           bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT accounts_pk PRIMARY KEY,
    version           bigint      NOT NULL,
    email             text,
    displaced         boolean     NOT NULL,
    password_hash     text,
    auth_type_code    text        NOT NULL,
    type_code         text        NOT NULL,
    is_active         boolean     NOT NULL,
    email_verified    boolean     NOT NULL,
    registration      jsonb,
    created_at        timestamptz NOT NULL,
    last_login_at     timestamptz,
    activity_version  bigint      NOT NULL,
    user_version      bigint      NOT NULL,
    tokens_valid_from timestamptz,
    ended_sessions    jsonb,
    deleted           boolean     NOT NULL,
    CONSTRAINT accounts_tombstone_is_bare CHECK (NOT deleted OR num_nonnulls(email, password_hash, registration, last_login_at) = 0),
    CONSTRAINT accounts_living_has_email CHECK (deleted OR email IS NOT NULL)
) WITH (fillfactor = 80); -- signing in updates the row in place

-- An address signs in one account. Those displaced from it are found by the second index.
CREATE UNIQUE INDEX accounts_email_unique ON accounts (lower(email)) WHERE NOT displaced;
CREATE INDEX accounts_displaced_email_idx ON accounts (lower(email)) WHERE displaced;

CREATE TABLE sessions (
    id           uuid        CONSTRAINT sessions_pk PRIMARY KEY,
    user_id      bigint      NOT NULL CONSTRAINT sessions_user_fk REFERENCES accounts (user_id),
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    ip           text        NOT NULL,
    user_agent   text        NOT NULL CONSTRAINT sessions_user_agent_length CHECK (char_length(user_agent) <= 400)
);

CREATE INDEX sessions_user_idx ON sessions (user_id);
CREATE INDEX sessions_expiry_idx ON sessions (expires_at);
CREATE INDEX sessions_ended_idx ON sessions (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE refresh_tokens (
    hash       bytea       CONSTRAINT refresh_tokens_pk PRIMARY KEY CONSTRAINT refresh_tokens_hash_length CHECK (octet_length(hash) = 32),
    session_id uuid        NOT NULL CONSTRAINT refresh_tokens_session_fk REFERENCES sessions (id) ON DELETE CASCADE,
    issued_at  timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);

CREATE INDEX refresh_tokens_session_idx ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_expiry_idx ON refresh_tokens (expires_at);

-- Failed attempts by subject. A subject names nobody: addresses are hashed.
CREATE TABLE login_failures (
    subject text        CONSTRAINT login_failures_pk PRIMARY KEY,
    count   integer     NOT NULL,
    until   timestamptz NOT NULL
);

CREATE INDEX login_failures_until_idx ON login_failures (until);

CREATE TABLE signing_keys (
    id         text        CONSTRAINT signing_keys_pk PRIMARY KEY,
    sealed     bytea       NOT NULL,
    created_at timestamptz NOT NULL,
    signs_from timestamptz NOT NULL
);
