-- +goose Up

-- What an event says of its object is a hint that nobody reads: the object is fetched. And it is full of addresses and
-- names, which a deletion would have to look for.
-- The column stays, empty, for as long as replicas of the version before may still write it; a later migration drops it.
ALTER TABLE webhook_events ALTER COLUMN payload DROP NOT NULL;
UPDATE webhook_events SET payload = NULL;

-- For forgetting what has long been handled.
CREATE INDEX webhook_events_received_idx ON webhook_events (received_at);
CREATE INDEX tasks_settled_idx ON tasks (settled_at) WHERE state IN ('done', 'unmatched');
