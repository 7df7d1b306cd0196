-- +goose Up

-- Imported users who have no account yet, each with the password hash of the system that they come from. The first
-- sign-in takes the row and makes the account.
CREATE TABLE legacy_accounts (
    legacy_user_id bigint      CONSTRAINT legacy_accounts_pk PRIMARY KEY,
    email          text        NOT NULL,
    username       text        NOT NULL,
    first_name     text,
    last_name      text,
    created_at     timestamptz NOT NULL,
    email_verified boolean     NOT NULL,
    password_hash  text        NOT NULL
);

CREATE UNIQUE INDEX legacy_accounts_email_unique ON legacy_accounts (lower(email));
