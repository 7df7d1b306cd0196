-- +goose Up

-- Nothing reads the object in an event's payload: the object is always fetched. The payload is full of addresses and
-- names, which a deletion would have to find.
-- The column stays, empty, while replicas of the previous version may still write to it. A later migration drops it.
ALTER TABLE webhook_events ALTER COLUMN payload DROP NOT NULL;
UPDATE webhook_events SET payload = NULL;

-- Supports the purge of events that were handled long ago.
CREATE INDEX webhook_events_received_idx ON webhook_events (received_at);
CREATE INDEX tasks_settled_idx ON tasks (settled_at) WHERE state IN ('done', 'unmatched');
