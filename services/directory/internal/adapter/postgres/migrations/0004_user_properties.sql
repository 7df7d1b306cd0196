-- +goose Up

-- The users' custom properties, null where there are none. They are read and written by statements of their own: a long
-- value lies outside the row, and an update of other columns does not copy it.
ALTER TABLE users
    ADD COLUMN properties jsonb,
    ADD CONSTRAINT users_properties_object CHECK (jsonb_typeof(properties) = 'object' AND properties <> '{}'),
    ADD CONSTRAINT users_tombstone_without_properties CHECK (NOT deleted OR properties IS NULL);

-- For the filters of the list that ask for a value: libs/listing writes them with @>.
CREATE INDEX users_by_properties ON users USING gin (properties jsonb_path_ops) WHERE properties IS NOT NULL;
