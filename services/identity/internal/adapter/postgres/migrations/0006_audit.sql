-- +goose Up

-- Who did what to whom. Only the owner of the tables can change or delete what is in it, so a service that runs as another role
-- can do neither, even when it is taken over. The grants are to everybody because a migration does not know that role; only the
-- roles of this service may connect to its database. The time is the database's, and with the id it is out of the service's hands.
CREATE SCHEMA audit;

CREATE TABLE audit.entries (
    id         bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT entries_pk PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT date_trunc('second', now()),
    action     text        NOT NULL,
    result     text        NOT NULL,
    actor_id   bigint,
    target_id  bigint,
    session_id text,
    network    text        NOT NULL
);

CREATE INDEX entries_by_at ON audit.entries (at);
CREATE INDEX entries_by_actor ON audit.entries (actor_id, id) WHERE actor_id IS NOT NULL;
CREATE INDEX entries_by_target ON audit.entries (target_id, id) WHERE target_id IS NOT NULL;

GRANT USAGE ON SCHEMA audit TO PUBLIC;
GRANT SELECT, INSERT (action, result, actor_id, target_id, session_id, network) ON audit.entries TO PUBLIC;

-- Deletes at most so many of the entries that are older than so many days, with the rights of the owner. Nobody can have entries
-- deleted that are younger than 30 days, so an intruder cannot wipe the traces.
-- +goose StatementBegin
CREATE FUNCTION audit.purge(days integer, most integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    deleted bigint;
BEGIN
    IF days IS NULL OR days < 30 THEN
        RAISE EXCEPTION 'audit entries are kept for at least 30 days';
    END IF;
    DELETE FROM audit.entries WHERE id = ANY (ARRAY(
        SELECT id FROM audit.entries WHERE at < now() - make_interval(days => days) ORDER BY at LIMIT most));
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END
$$;
-- +goose StatementEnd
