-- +goose Up

-- Events counted by subject: how many in the window that is current, and in the one before it. Windows are aligned: number
-- n of a limit begins n window lengths after the epoch. A subject names nobody: it is a keyed hash.
CREATE TABLE throttle (
    subject       text        CONSTRAINT throttle_pk PRIMARY KEY,
    window_number bigint      NOT NULL,
    current       bigint      NOT NULL,
    previous      bigint      NOT NULL,
    expires_at    timestamptz NOT NULL -- when neither window counts any more
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE INDEX throttle_by_expiry ON throttle (expires_at);
