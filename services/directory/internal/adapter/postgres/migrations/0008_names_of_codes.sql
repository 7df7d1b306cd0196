-- +goose Up

-- The names of codes, which only replicas of the version before read. Those fail to read users from now on, until they are
-- replaced, and write as before. The lock is exclusive, and short: nothing is rewritten.
ALTER TABLE users DROP COLUMN type_name, DROP COLUMN auth_type_name;
ALTER TABLE verification_requests DROP COLUMN type_name;
DROP FUNCTION searchable;
