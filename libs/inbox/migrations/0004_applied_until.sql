-- +goose Up

-- The time up to which all records of the partition are applied; null until it is known. Replicas of the release before
-- this one leave it as it is, so it is too early while only they run, never too late.
ALTER TABLE kafka_offsets ADD COLUMN applied_until timestamptz;
