-- +goose Up

-- The names of codes, which only replicas of the version before read and write. Those fail to list users from now on, and
-- park what they are told of them, which their successors replay. The lock is exclusive, and short: nothing is rewritten.
ALTER TABLE user_overview DROP COLUMN type_name, DROP COLUMN auth_type_name;
DROP FUNCTION searchable;
