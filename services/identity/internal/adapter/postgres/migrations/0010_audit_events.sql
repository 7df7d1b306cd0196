-- +goose Up

-- What administrators do to users is told by directory's events, which may be delivered more than once. An entry that was made
-- of an event keeps its id, and an event makes one entry.
ALTER TABLE audit.entries ADD COLUMN event_id uuid;
CREATE UNIQUE INDEX entries_by_event ON audit.entries (event_id) WHERE event_id IS NOT NULL;
GRANT INSERT (event_id) ON audit.entries TO PUBLIC;
