-- +goose Up
-- Each lane of tasks is claimed by itself. A replica of the previous release claims through tasks_waiting_unique meanwhile.
CREATE INDEX tasks_urgent_idx ON tasks (next_try_at, id) WHERE state = 'waiting' AND kind NOT IN ('customer', 'close');
CREATE INDEX tasks_bulk_idx ON tasks (next_try_at, id) WHERE state = 'waiting' AND kind IN ('customer', 'close');
DROP INDEX tasks_due_idx;
