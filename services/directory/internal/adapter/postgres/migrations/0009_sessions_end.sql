-- +goose Up

-- Which sessions last had to end, because the address was verified or changed: identity is told with every state of the
-- user. The columns have no default, so nothing is rewritten, and the table is locked for a moment only. The code of before
-- neither reads nor writes them.
ALTER TABLE users
    ADD sessions_end_version   bigint,
    ADD sessions_end_opened_by timestamptz,
    ADD sessions_end_except    text,
    ADD CONSTRAINT users_sessions_end_whole
        CHECK (num_nulls(sessions_end_version, sessions_end_opened_by, sessions_end_except) IN (0, 3)) NOT VALID;
