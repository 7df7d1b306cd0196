-- +goose Up

-- The version of the account of the latest event that a notice was mailed about. The constant default rewrites nothing, and the
-- code of before need not write the column.
ALTER TABLE users ADD notice_version bigint NOT NULL DEFAULT 0;
