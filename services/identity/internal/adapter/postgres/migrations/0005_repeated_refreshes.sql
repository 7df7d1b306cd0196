-- +goose Up

-- From the salt and the used token follows the successor, so a refresh can be repeated for a while. Nothing is rewritten, and
-- the table is locked for a moment only. The code of before neither reads nor writes the column; a token that it has used
-- cannot be used again.
ALTER TABLE refresh_tokens ADD salt bytea;
