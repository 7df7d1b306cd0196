-- +goose Up

-- The roster: the users of the system whose place Muster takes. user_id is null while they wait for their user. Once that
-- user is deleted, nothing personal is left in the row, and the row stays: it counts as migrated.
CREATE TABLE legacy_users (
    legacy_user_id bigint      CONSTRAINT legacy_users_pk PRIMARY KEY,
    email          text,
    username       text,
    first_name     text,
    last_name      text,
    created_at     timestamptz,
    email_verified boolean     NOT NULL,
    activate       boolean     NOT NULL,
    user_id        bigint      CONSTRAINT legacy_users_user REFERENCES users (id),
    CONSTRAINT legacy_users_one_each UNIQUE (user_id),
    CONSTRAINT legacy_users_personal CHECK ((email IS NULL) = (username IS NULL)),
    CONSTRAINT legacy_users_waiting_have_an_address CHECK (email IS NOT NULL OR user_id IS NOT NULL),
    CONSTRAINT legacy_users_forgotten_impersonal CHECK (email IS NOT NULL OR (first_name IS NULL AND last_name IS NULL AND created_at IS NULL))
);

CREATE UNIQUE INDEX legacy_users_email_unique ON legacy_users (lower(email));

-- Imports of rosters. lines are done, digest is the SHA-256 of them.
CREATE TABLE legacy_imports (
    import_id   text        CONSTRAINT legacy_imports_pk PRIMARY KEY,
    dry_run     boolean     NOT NULL,
    started_by  bigint      NOT NULL,
    lines       bigint      NOT NULL,
    digest      bytea       NOT NULL,
    created     bigint      NOT NULL,
    updated     bigint      NOT NULL,
    unchanged   bigint      NOT NULL,
    linked      bigint      NOT NULL,
    activated   bigint      NOT NULL,
    failed      bigint      NOT NULL,
    started_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    finished_at timestamptz,
    CONSTRAINT legacy_imports_digest_whole CHECK (octet_length(digest) = 32)
);

-- What became of each row. Rows behind the lines that are done are of an attempt that did not come to its end.
CREATE TABLE legacy_import_rows (
    import_id      text   NOT NULL CONSTRAINT legacy_import_rows_import REFERENCES legacy_imports (import_id) ON DELETE CASCADE,
    line           bigint NOT NULL,
    legacy_user_id bigint,
    outcome        text   NOT NULL,
    code           text   NOT NULL,
    message        text   NOT NULL,
    CONSTRAINT legacy_import_rows_pk PRIMARY KEY (import_id, line),
    CONSTRAINT legacy_import_rows_outcome_known CHECK (outcome IN ('created', 'updated', 'unchanged', 'linked', 'activated', 'failed'))
);

CREATE INDEX legacy_import_rows_failed ON legacy_import_rows (import_id, line) WHERE outcome = 'failed';
CREATE INDEX legacy_import_rows_activated ON legacy_import_rows (import_id, legacy_user_id) WHERE outcome = 'activated';
