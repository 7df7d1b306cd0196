-- +goose Up
-- The oldest event that waits is a metric, which is read every few seconds.
CREATE INDEX webhook_events_waiting_idx ON webhook_events (received_at) WHERE state = 'waiting';
