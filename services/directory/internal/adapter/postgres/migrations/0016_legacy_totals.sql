-- +goose Up

-- How many legacy users there are, and how many of them are linked to a user: the sums of all rows. Each statement that
-- changes them adds a row, so writers never wait for each other. The rows are folded into one from time to time.
CREATE TABLE legacy_user_totals (
    legacy   bigint NOT NULL,
    migrated bigint NOT NULL
);

-- +goose StatementBegin
CREATE FUNCTION legacy_users_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    more bigint := 0;
    more_migrated bigint := 0;
    n bigint;
    linked bigint;
BEGIN
    IF TG_OP <> 'DELETE' THEN
        SELECT count(*), count(user_id) INTO n, linked FROM counted_after;
        more := n;
        more_migrated := linked;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        SELECT count(*), count(user_id) INTO n, linked FROM counted_before;
        more := more - n;
        more_migrated := more_migrated - linked;
    END IF;
    IF more <> 0 OR more_migrated <> 0 THEN
        INSERT INTO legacy_user_totals (legacy, migrated) VALUES (more, more_migrated);
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

LOCK TABLE legacy_users IN SHARE ROW EXCLUSIVE MODE;
CREATE TRIGGER legacy_users_counted_insert AFTER INSERT ON legacy_users
    REFERENCING NEW TABLE AS counted_after FOR EACH STATEMENT EXECUTE FUNCTION legacy_users_count();
CREATE TRIGGER legacy_users_counted_update AFTER UPDATE ON legacy_users
    REFERENCING OLD TABLE AS counted_before NEW TABLE AS counted_after FOR EACH STATEMENT EXECUTE FUNCTION legacy_users_count();
CREATE TRIGGER legacy_users_counted_delete AFTER DELETE ON legacy_users
    REFERENCING OLD TABLE AS counted_before FOR EACH STATEMENT EXECUTE FUNCTION legacy_users_count();
INSERT INTO legacy_user_totals (legacy, migrated) SELECT count(*), count(user_id) FROM legacy_users;
