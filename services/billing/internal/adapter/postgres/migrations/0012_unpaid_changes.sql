-- +goose Up

-- The invoice whose payment a change waits for; empty if it waits for none.
ALTER TABLE change_previews ADD invoice_id text NOT NULL DEFAULT '';
