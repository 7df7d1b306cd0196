-- +goose Up

-- What is committed and not yet acknowledged by the broker. Rows live for milliseconds: the relay deletes what it has
-- published, so the table is nearly empty and its dead rows are vacuumed by number, not by share.
CREATE TABLE outbox (
    id          bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT outbox_pk PRIMARY KEY,
    event_id    uuid        NOT NULL CONSTRAINT outbox_event_id_unique UNIQUE,
    topic       text        NOT NULL,
    key         text        NOT NULL,
    type        text        NOT NULL,
    source      text        NOT NULL,
    subject     text        NOT NULL,
    version     bigint      NOT NULL,
    occurred_at timestamptz NOT NULL,
    trace       text        NOT NULL,
    data        text        NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_insert_threshold = 1000
);

-- What the broker will never take, and what waits behind it.
CREATE TABLE outbox_dead (
    id          bigint      CONSTRAINT outbox_dead_pk PRIMARY KEY,
    event_id    uuid        NOT NULL,
    topic       text        NOT NULL,
    key         text        NOT NULL,
    type        text        NOT NULL,
    source      text        NOT NULL,
    subject     text        NOT NULL,
    version     bigint      NOT NULL,
    occurred_at timestamptz NOT NULL,
    trace       text        NOT NULL,
    data        text        NOT NULL,
    created_at  timestamptz NOT NULL,
    reason      text        NOT NULL,
    failed_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX outbox_dead_topic_key_idx ON outbox_dead (topic, key);
