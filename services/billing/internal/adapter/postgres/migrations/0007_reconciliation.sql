-- +goose Up

-- The mark of what was fetched last of each object, and when a subscription was seen at the provider. What was stored
-- before has no mark.
ALTER TABLE subscriptions
    ADD mark    text        NOT NULL DEFAULT '',
    ADD seen_at timestamptz NOT NULL DEFAULT '0001-01-01 00:00:00+00';
ALTER TABLE invoices ADD mark text NOT NULL DEFAULT '';
ALTER TABLE charges
    ADD refunded bigint  NOT NULL DEFAULT 0,
    ADD disputed boolean NOT NULL DEFAULT false,
    ADD mark     text    NOT NULL DEFAULT '';
ALTER TABLE refunds ADD mark text NOT NULL DEFAULT '';
ALTER TABLE disputes ADD mark text NOT NULL DEFAULT '';
CREATE INDEX subscriptions_live_idx ON subscriptions (id) WHERE status NOT IN ('canceled', 'incomplete_expired');

CREATE TABLE reconciliation_runs (
    id           bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT reconciliation_runs_pkey PRIMARY KEY,
    kind         text        NOT NULL,
    status       text        NOT NULL CONSTRAINT reconciliation_runs_status_known CHECK (status IN ('running', 'done', 'failed')),
    requested_by bigint      NOT NULL,
    phase        text        NOT NULL,
    cursor       text        NOT NULL,
    checked      bigint      NOT NULL,
    mismatches   bigint      NOT NULL,
    healed       bigint      NOT NULL,
    reason       text        NOT NULL,
    started_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    finished_at  timestamptz
);
CREATE UNIQUE INDEX reconciliation_runs_running_unique ON reconciliation_runs (kind) WHERE status = 'running';
CREATE INDEX reconciliation_runs_newest_idx ON reconciliation_runs (kind, started_at DESC);

CREATE TABLE reconciliation_mismatches (
    id        bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT reconciliation_mismatches_pkey PRIMARY KEY,
    run_id    bigint      NOT NULL CONSTRAINT reconciliation_mismatches_run_fkey REFERENCES reconciliation_runs (id) ON DELETE CASCADE,
    kind      text        NOT NULL,
    object    text        NOT NULL,
    object_id text        NOT NULL,
    healed    boolean     NOT NULL,
    reason    text        NOT NULL,
    found_at  timestamptz NOT NULL
);
CREATE INDEX reconciliation_mismatches_run_idx ON reconciliation_mismatches (run_id, id);
