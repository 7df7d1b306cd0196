-- +goose Up

-- The codes with which legacy users who have no user yet set a password: at most one each.
CREATE TABLE legacy_resets (
    legacy_user_id bigint      CONSTRAINT legacy_resets_pk PRIMARY KEY
                               CONSTRAINT legacy_resets_legacy_user REFERENCES legacy_users (legacy_user_id),
    code           text        NOT NULL,
    created_on     timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,
    attempts       integer     NOT NULL,
    CONSTRAINT legacy_resets_attempts_bounded CHECK (attempts BETWEEN 0 AND 5)
);

-- A forgotten password is ordered for an address, whoever has it, so such a mail has no user. The table is locked for a moment
-- only. The code of before reads such a mail as one without a code and without a user: it would send a letter without a code,
-- so forgotten passwords work once all replicas run this release.
ALTER TABLE mail_queue ALTER COLUMN user_id DROP NOT NULL;
