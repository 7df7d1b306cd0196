-- +goose Up

-- What an event says of its object is a hint that nobody reads: the object is fetched. And it is full of addresses and
-- names, which a deletion would have to look for.
ALTER TABLE webhook_events DROP COLUMN payload;

-- For forgetting what has long been handled.
CREATE INDEX webhook_events_received_idx ON webhook_events (received_at);
CREATE INDEX tasks_settled_idx ON tasks (settled_at) WHERE state IN ('done', 'unmatched');
