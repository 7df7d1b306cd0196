-- +goose Up

-- A new model is built in a schema of its own, without "public" in the search path: whatever the migrations look for there
-- must be theirs. They need pg_trgm, which therefore has its own schema.
CREATE SCHEMA IF NOT EXISTS extensions;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA extensions;
-- +goose StatementBegin
DO $$
BEGIN
    IF (SELECT extnamespace FROM pg_extension WHERE extname = 'pg_trgm') <> 'extensions'::regnamespace THEN
        ALTER EXTENSION pg_trgm SET SCHEMA extensions;
    END IF;
END
$$;
-- +goose StatementEnd

-- The build of a read model that has been requested and is not finished: at most one row.
CREATE TABLE read_model_build (
    only_one     boolean     NOT NULL DEFAULT true CONSTRAINT read_model_build_pk PRIMARY KEY CONSTRAINT read_model_build_only_one CHECK (only_one),
    version      bigint      NOT NULL,
    phase        text        NOT NULL CONSTRAINT read_model_build_phase CHECK (phase IN ('requested', 'loading', 'counted')),
    requested_at timestamptz NOT NULL DEFAULT now(),
    -- An operator accepts that the new model could not apply some records that the live one has.
    accepted     boolean     NOT NULL DEFAULT false
);
