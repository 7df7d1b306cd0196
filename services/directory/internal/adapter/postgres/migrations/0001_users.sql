-- +goose Up

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- The users, and the tombstones of those who were deleted or rejected. The id is allocated by identity.
-- Signing in updates a row: what it changes (last_login_at, versions) is in no index, so that the update stays on its
-- page, where room is left for it.
CREATE TABLE users (
    id                   bigint      CONSTRAINT users_pk PRIMARY KEY,
    username             text        NOT NULL,
    email                text        NOT NULL,
    type_code            text        NOT NULL,
    type_name            text        NOT NULL GENERATED ALWAYS AS (
        CASE type_code WHEN 'SUBS' THEN 'Subscribed' WHEN 'NONS' THEN 'Not Subscribed' WHEN 'ADMI' THEN 'Administrator' ELSE '' END
    ) STORED,
    first_name           text,
    last_name            text,
    auth_type_code       text        NOT NULL,
    auth_type_name       text        NOT NULL GENERATED ALWAYS AS (
        CASE auth_type_code WHEN 'EMAI' THEN 'Email' WHEN 'GOOG' THEN 'Google OAuth' WHEN 'APPE' THEN 'Apple OAuth'
            WHEN 'FACE' THEN 'Facebook OAuth' WHEN 'XXXX' THEN 'X OAuth' WHEN 'LINK' THEN 'LinkedIn OAuth' ELSE '' END
    ) STORED,
    is_active            boolean     NOT NULL,
    created_at           timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL,
    verified_at          timestamptz,
    last_login_at        timestamptz,
    exemption_from       timestamptz,
    exemption_to         timestamptz,
    legacy_user_id       bigint,
    subscribed           boolean     NOT NULL,
    type_due_at          timestamptz,
    deleted              boolean     NOT NULL,
    rejected_because     text        NOT NULL,
    version              bigint      NOT NULL,
    access_version       bigint      NOT NULL,
    account_version      bigint      NOT NULL,
    subscription_version bigint      NOT NULL,
    CONSTRAINT users_type_known CHECK (deleted OR type_name <> ''),
    CONSTRAINT users_auth_type_known CHECK (deleted OR auth_type_name <> ''),
    CONSTRAINT users_exemption_ordered CHECK (exemption_to >= exemption_from),
    CONSTRAINT users_access_version_held CHECK (access_version <= version),
    CONSTRAINT users_tombstone_impersonal CHECK (NOT deleted OR (
        username = '' AND email = '' AND first_name IS NULL AND last_name IS NULL AND NOT is_active
        AND verified_at IS NULL AND last_login_at IS NULL AND exemption_from IS NULL AND exemption_to IS NULL
        AND legacy_user_id IS NULL AND type_due_at IS NULL))
) WITH (fillfactor = 85);

CREATE UNIQUE INDEX users_email_unique ON users (lower(email)) WHERE NOT deleted;
CREATE INDEX users_by_type_due ON users (type_due_at) WHERE type_due_at IS NOT NULL;

-- For the list (GET /api/users): searching, the filters that find few, and the sorts that people use. The expressions
-- are those that libs/listing writes.
CREATE INDEX users_search ON users USING gin (
    upper(lower(username COLLATE "und-x-icu")) gin_trgm_ops,
    upper(lower(email COLLATE "und-x-icu")) gin_trgm_ops,
    upper(lower(first_name COLLATE "und-x-icu")) gin_trgm_ops,
    upper(lower(last_name COLLATE "und-x-icu")) gin_trgm_ops,
    upper(lower(type_name COLLATE "und-x-icu")) gin_trgm_ops,
    upper(lower(auth_type_name COLLATE "und-x-icu")) gin_trgm_ops
) WHERE NOT deleted;
CREATE INDEX users_by_username ON users (lower(username COLLATE "und-x-icu"), id) WHERE NOT deleted;
CREATE INDEX users_by_email ON users (lower(email COLLATE "und-x-icu"), id) WHERE NOT deleted;
CREATE INDEX users_by_last_name ON users (lower(last_name COLLATE "und-x-icu"), id) WHERE NOT deleted;
CREATE INDEX users_by_created_at ON users (created_at, id) WHERE NOT deleted;
CREATE INDEX users_by_type ON users (type_code, id) WHERE NOT deleted;
CREATE INDEX users_by_active ON users (is_active, id) WHERE NOT deleted;

-- Codes that were mailed and not redeemed yet: one of each type a user.
CREATE TABLE verification_requests (
    id         bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT verification_requests_pk PRIMARY KEY,
    user_id    bigint      NOT NULL CONSTRAINT verification_requests_user REFERENCES users (id),
    type_code  text        NOT NULL,
    type_name  text        NOT NULL GENERATED ALWAYS AS (
        CASE type_code WHEN 'REGR' THEN 'Email Verification' WHEN 'RPWR' THEN 'Reset Password' WHEN 'EMUP' THEN 'Email Update' ELSE '' END
    ) STORED,
    code       text        NOT NULL,
    created_on timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    attempts   integer     NOT NULL,
    CONSTRAINT verification_requests_one_each UNIQUE (user_id, type_code),
    CONSTRAINT verification_requests_type_known CHECK (type_name <> ''),
    CONSTRAINT verification_requests_attempts_bounded CHECK (attempts BETWEEN 0 AND 5)
);

-- Mail to send. next_try_at is when a mail is due, and also the end of a claim; it is null once the mail is sent or
-- abandoned, and then nothing personal is left in the row.
CREATE TABLE mail_queue (
    id             bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT mail_queue_pk PRIMARY KEY,
    user_id        bigint      NOT NULL CONSTRAINT mail_queue_user REFERENCES users (id),
    kind           text        NOT NULL,
    recipient      text,
    payload        jsonb,
    queued_at      timestamptz NOT NULL,
    attempts       integer     NOT NULL,
    tried          boolean     NOT NULL,
    next_try_at    timestamptz,
    sent_at        timestamptz,
    abandoned_at   timestamptz,
    CONSTRAINT mail_queue_one_end CHECK (num_nonnulls(next_try_at, sent_at, abandoned_at) = 1),
    CONSTRAINT mail_queue_impersonal CHECK ((next_try_at IS NULL) = (recipient IS NULL) AND (recipient IS NULL) = (payload IS NULL))
);

CREATE INDEX mail_queue_due ON mail_queue (next_try_at) WHERE next_try_at IS NOT NULL;
CREATE INDEX mail_queue_by_user ON mail_queue (user_id, queued_at);
