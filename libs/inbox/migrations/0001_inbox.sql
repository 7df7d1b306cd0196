-- +goose Up

-- How far each partition has been applied. This is the truth about progress; what is committed to Kafka is for its tools.
CREATE TABLE kafka_offsets (
    consumer    text        NOT NULL,
    topic       text        NOT NULL,
    partition   integer     NOT NULL,
    next_offset bigint      NOT NULL,
    cluster_id  text        NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT kafka_offsets_pk PRIMARY KEY (consumer, topic, partition)
) WITH (fillfactor = 50);

-- Events whose effects must not happen twice.
CREATE TABLE inbox (
    consumer     text        NOT NULL,
    event_id     text        NOT NULL,
    processed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT inbox_pk PRIMARY KEY (consumer, event_id)
);

CREATE INDEX inbox_processed_at_idx ON inbox (processed_at);

-- Records that could not be applied.
CREATE TABLE parked (
    id            bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT parked_pk PRIMARY KEY,
    consumer      text        NOT NULL,
    topic         text        NOT NULL,
    partition     integer     NOT NULL,
    record_offset bigint      NOT NULL,
    record_time   timestamptz NOT NULL,
    key           bytea       NOT NULL,
    headers       jsonb       NOT NULL,
    value         bytea,
    event_id      text        NOT NULL,
    type          text        NOT NULL,
    version       bigint      NOT NULL,
    error         text        NOT NULL,
    attempts      integer     NOT NULL,
    first_seen    timestamptz NOT NULL DEFAULT clock_timestamp(),
    next_try      timestamptz NOT NULL,
    CONSTRAINT parked_record_unique UNIQUE (consumer, topic, partition, record_offset)
);

CREATE INDEX parked_key_idx ON parked (consumer, topic, key);
