-- +goose Up

-- The log of the live feed: which users have changed. It belongs to the database and not to a model, so a new model goes on
-- with it. user_change_new are the changes as they commit with the live model. They have no position yet: transactions commit
-- in another order than they draw numbers, and a reader would miss the later ones.
CREATE TABLE user_change_new (
    seq     bigint NOT NULL GENERATED ALWAYS AS IDENTITY, -- the order of the changes of one user
    user_id bigint NOT NULL,
    kind    text   NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 100000);

-- The changes in the order of their positions, which have no gaps.
CREATE TABLE user_change (
    position bigint NOT NULL CONSTRAINT user_change_pk PRIMARY KEY,
    user_id  bigint NOT NULL,
    kind     text   NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_analyze_threshold = 100000);

-- One row: the newest position, and the newest one that the log has forgotten. A new log begins with the time in
-- milliseconds, so that it knows none of the positions of a log before it, in a database that was lost.
CREATE TABLE user_change_log (
    only_one  boolean NOT NULL DEFAULT true CONSTRAINT user_change_log_pk PRIMARY KEY CONSTRAINT user_change_log_only_one CHECK (only_one),
    last      bigint  NOT NULL,
    forgotten bigint  NOT NULL
);
INSERT INTO user_change_log (last, forgotten) SELECT ms, ms FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms) AS now;

-- Gives the committed changes their positions, one a user, keeps the newest changes of the log, and tells listeners. It returns
-- the newest position. The row's lock makes positions appear in their order.
-- +goose StatementBegin
CREATE FUNCTION user_change_number(keep bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    newest bigint;
    added  bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM user_change_new) THEN
        RETURN (SELECT last FROM user_change_log);
    END IF;
    SELECT last INTO newest FROM user_change_log FOR UPDATE;
    WITH taken AS (DELETE FROM user_change_new RETURNING seq, user_id, kind),
        latest AS (SELECT DISTINCT ON (user_id) seq, user_id, kind FROM taken ORDER BY user_id, seq DESC)
    INSERT INTO user_change (position, user_id, kind) SELECT newest + row_number() OVER (ORDER BY seq), user_id, kind FROM latest;
    GET DIAGNOSTICS added = ROW_COUNT;
    IF added = 0 THEN -- another replica was faster
        RETURN newest;
    END IF;
    UPDATE user_change_log SET last = newest + added, forgotten = greatest(forgotten, newest + added - keep);
    DELETE FROM user_change WHERE position <= newest + added - keep;
    PERFORM pg_notify('user_change', '');
    RETURN newest + added;
END
$$;
-- +goose StatementEnd
