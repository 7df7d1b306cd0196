-- +goose Up

-- Nothing guards effects by event id any more. DROP TABLE locks this table alone. Replicas of the release before this
-- one touch it once an hour, to delete old rows: they log a warning then and go on.
DROP TABLE inbox;
