-- +goose Up

-- A deep page of the list in its default order is found by passing over the entries of this index alone. The primary key
-- has the rows that are not listed, too, so the table would be read for each.
CREATE INDEX user_overview_by_id ON user_overview (user_id) WHERE visible;

-- An entry of a page of the table that was written since the last vacuum is looked up there after all. By default, a table is
-- vacuumed when a fifth of it has changed.
ALTER TABLE user_overview SET (autovacuum_vacuum_scale_factor = 0.02);
