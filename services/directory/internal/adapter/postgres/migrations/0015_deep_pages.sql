-- +goose NO TRANSACTION
-- +goose Up

-- A deep page of the list in its default order is found by passing over the entries of this index alone. The primary key
-- has the deleted users, too, so the table would be read for each. The index is made beside readers and writers, and can
-- be made again.
DROP INDEX CONCURRENTLY IF EXISTS users_by_id;
CREATE INDEX CONCURRENTLY users_by_id ON users (id) WHERE NOT deleted;

-- An entry of a page of the table that was written since the last vacuum is looked up there after all. By default, a table is
-- vacuumed when a fifth of it has changed.
ALTER TABLE users SET (autovacuum_vacuum_scale_factor = 0.02);
