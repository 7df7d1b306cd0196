-- +goose Up

-- The custom properties that a legacy user brings along, null where there are none. The type json keeps the text as it was
-- stored, so an import can tell whether a row has changed. The column has no default, so nothing is rewritten, and the table
-- is locked for a moment only. The code of before neither reads nor writes it, so a roster with properties is to be imported
-- once all replicas run this release.
ALTER TABLE legacy_users
    ADD properties json,
    ADD CONSTRAINT legacy_users_forgotten_without_properties CHECK (email IS NOT NULL OR properties IS NULL) NOT VALID;
