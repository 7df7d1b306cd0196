-- +goose Up

-- The imported user who has come in by the account. The column has no default, so nothing is rewritten, and the table is
-- locked for a moment only. The code of before neither reads nor writes it.
ALTER TABLE accounts
    ADD legacy jsonb,
    ADD CONSTRAINT accounts_tombstone_is_nobody CHECK (NOT deleted OR legacy IS NULL) NOT VALID;
