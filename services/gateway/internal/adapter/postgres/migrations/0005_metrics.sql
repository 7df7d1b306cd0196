-- +goose Up

-- The numbers of users by class (deploy/adr/0031-metrics-are-kept.md): they are kept like the totals of the list, and time
-- alone moves users from class to class.

ALTER TABLE user_overview
    ADD registration_until timestamptz,
    ADD paid_since         timestamptz,
    ADD trial_since        timestamptz,
    ADD trial_until        timestamptz,
    ADD free_since         timestamptz,
    ADD attempt_at         timestamptz,
    ADD last_ended_at      timestamptz;

-- user_overview_class tells in which class a user is at a moment, since when, and from when (inclusive) until when
-- (exclusive) that is so unless the user changes. The classes, in the order in which they are tried: 1 paid, 2 trial, 3 free,
-- 4 incomplete registration, 5 incomplete verification, 6 incomplete subscription, 7 no subscription. It is null for
-- administrators.
-- +goose StatementBegin
CREATE FUNCTION user_overview_class(u user_overview, t timestamptz)
RETURNS TABLE (class smallint, since timestamptz, valid_from timestamptz, valid_until timestamptz) LANGUAGE sql STABLE AS $$
    SELECT found.class::smallint,
        CASE found.class
            WHEN 1 THEN u.paid_since
            WHEN 2 THEN u.trial_since
            WHEN 3 THEN CASE WHEN found.exempt THEN greatest(u.verified_at, u.exemption_from) ELSE u.free_since END
            WHEN 4 THEN u.created_at
            WHEN 5 THEN u.created_at
            WHEN 6 THEN u.attempt_at
            WHEN 7 THEN coalesce(u.last_ended_at, u.verified_at)
        END,
        greatest('-infinity', CASE WHEN found.trial_ends <= t THEN found.trial_ends END, CASE WHEN found.exemption_begins <= t THEN found.exemption_begins END,
            CASE WHEN found.exemption_ends <= t THEN found.exemption_ends END, CASE WHEN found.registration_ends <= t THEN found.registration_ends END),
        least('infinity', CASE WHEN found.trial_ends > t THEN found.trial_ends END, CASE WHEN found.exemption_begins > t THEN found.exemption_begins END,
            CASE WHEN found.exemption_ends > t THEN found.exemption_ends END, CASE WHEN found.registration_ends > t THEN found.registration_ends END)
    FROM (
        SELECT *, CASE
            WHEN u.type_code = 'ADMI' THEN NULL
            WHEN u.paid_since IS NOT NULL THEN 1
            WHEN u.trial_until > t THEN 2
            WHEN facts.exempt OR u.free_since IS NOT NULL THEN 3
            WHEN u.verified_at IS NULL AND (u.registration_until >= t) IS NOT TRUE THEN 4
            WHEN u.verified_at IS NULL THEN 5
            WHEN u.attempt_at IS NOT NULL THEN 6
            ELSE 7
        END AS class
        FROM (
            SELECT u.verified_at IS NOT NULL AND (u.exemption_from IS NOT NULL OR u.exemption_to IS NOT NULL)
                    AND (u.exemption_from <= t) IS NOT FALSE AND (u.exemption_to >= t) IS NOT FALSE AS exempt,
                -- What is inclusive ends with the next microsecond.
                u.trial_until AS trial_ends, u.exemption_from AS exemption_begins, u.exemption_to + interval '1 microsecond' AS exemption_ends,
                u.registration_until + interval '1 microsecond' AS registration_ends
        ) facts
    ) found
$$;
-- +goose StatementEnd

-- user_overview_standing is the class of each visible user at the moment when it was last looked at, and for how long that
-- holds. created_at is null unless the user counts as created.
CREATE TABLE user_overview_standing (
    user_id     bigint      CONSTRAINT user_overview_standing_pk PRIMARY KEY,
    class       smallint,
    since       timestamptz,
    valid_from  timestamptz NOT NULL,
    valid_until timestamptz NOT NULL,
    created_at  timestamptz
);
CREATE INDEX user_overview_standing_from ON user_overview_standing (valid_from);
CREATE INDEX user_overview_standing_until ON user_overview_standing (valid_until);
CREATE INDEX user_overview_standing_since ON user_overview_standing (since) INCLUDE (class);
CREATE INDEX user_overview_standing_created ON user_overview_standing (created_at);

-- user_overview_class_log are the changes that user_overview_classes does not know yet. The kind is the class, or 0 for
-- created users. Rows live for a second.
CREATE TABLE user_overview_class_log (
    sign  smallint NOT NULL,
    kind  smallint NOT NULL,
    since timestamptz
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- user_overview_classes are the numbers of users by kind and UTC day; the day '-infinity' has all days.
CREATE TABLE user_overview_classes (
    kind smallint NOT NULL,
    day  date     NOT NULL,
    n    bigint   NOT NULL,
    CONSTRAINT user_overview_classes_pk PRIMARY KEY (day, kind)
) WITH (fillfactor = 50);

-- user_overview_stand stores the standing of a user at a moment, and logs what that changes. It locks the stored one first: a
-- change of the user and the passing of time may come together.
-- +goose StatementBegin
CREATE FUNCTION user_overview_stand(u user_overview, t timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    held user_overview_standing;
    next user_overview_standing;
BEGIN
    SELECT * INTO held FROM user_overview_standing WHERE user_id = u.user_id FOR UPDATE;
    IF u.visible THEN
        SELECT u.user_id, c.class, c.since, c.valid_from, c.valid_until, CASE WHEN u.legacy_user_id IS NULL THEN u.created_at END
            INTO next FROM user_overview_class(u, t) c;
        INSERT INTO user_overview_standing (user_id, class, since, valid_from, valid_until, created_at)
        VALUES (next.user_id, next.class, next.since, next.valid_from, next.valid_until, next.created_at)
        ON CONFLICT ON CONSTRAINT user_overview_standing_pk DO UPDATE SET class = excluded.class, since = excluded.since,
            valid_from = excluded.valid_from, valid_until = excluded.valid_until, created_at = excluded.created_at;
    ELSE
        DELETE FROM user_overview_standing WHERE user_id = u.user_id;
    END IF;
    IF (held.class, held.since) IS DISTINCT FROM (next.class, next.since) THEN
        INSERT INTO user_overview_class_log (sign, kind, since)
        SELECT * FROM (VALUES (-1, held.class, held.since), (1, next.class, next.since)) v (sign, kind, since) WHERE kind IS NOT NULL;
    END IF;
    IF held.created_at IS DISTINCT FROM next.created_at THEN
        INSERT INTO user_overview_class_log (sign, kind, since)
        SELECT * FROM (VALUES (-1, 0, held.created_at), (1, 0, next.created_at)) v (sign, kind, since) WHERE since IS NOT NULL;
    END IF;
END
$$;

CREATE FUNCTION user_overview_stood() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone user_overview;
BEGIN
    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD.user_id <> NEW.user_id THEN
        gone := OLD;
        gone.visible := false;
        PERFORM user_overview_stand(gone, now());
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM user_overview_stand(NEW, now());
    END IF;
    RETURN NULL;
END
$$;

-- user_overview_restand looks again at users whose standing has run out at a moment, at most so many, and returns how many
-- there were. It leaves out those whom somebody else has locked.
CREATE FUNCTION user_overview_restand(t timestamptz, batch integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    id bigint;
    u user_overview;
    n integer := 0;
BEGIN
    FOR id IN SELECT user_id FROM user_overview_standing WHERE valid_until <= t ORDER BY valid_until LIMIT batch FOR UPDATE SKIP LOCKED LOOP
        SELECT * INTO u FROM user_overview WHERE user_id = id;
        PERFORM user_overview_stand(u, t);
        n := n + 1;
    END LOOP;
    RETURN n;
END
$$;

-- user_overview_classes_fold moves a batch of the log into the numbers, and returns how many rows. A reader sees each change
-- either in the log or in the numbers. While another replica folds it does nothing.
CREATE FUNCTION user_overview_classes_fold(batch integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    folded_rows integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock('user_overview_classes'::regclass::bigint) THEN
        RETURN 0;
    END IF;
    WITH folded AS (
        DELETE FROM user_overview_class_log WHERE ctid = ANY (ARRAY(SELECT ctid FROM user_overview_class_log LIMIT batch)) RETURNING *
    ), stored AS (
        INSERT INTO user_overview_classes AS c (kind, day, n)
        SELECT f.kind, d.day, sum(f.sign) FROM folded f CROSS JOIN LATERAL (VALUES (date '-infinity'), ((f.since AT TIME ZONE 'UTC')::date)) d (day)
        WHERE d.day IS NOT NULL GROUP BY 1, 2 HAVING sum(f.sign) <> 0
        ON CONFLICT ON CONSTRAINT user_overview_classes_pk DO UPDATE SET n = c.n + excluded.n
    )
    SELECT count(*) INTO folded_rows FROM folded;
    RETURN folded_rows;
END
$$;

-- user_overview_classes_rebuild counts anew, and keeps writers out meanwhile: for rows that were loaded without triggers.
CREATE FUNCTION user_overview_classes_rebuild() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('user_overview_classes'::regclass::bigint);
    LOCK TABLE user_overview IN SHARE MODE;
    LOCK TABLE user_overview_standing IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM user_overview_class_log;
    DELETE FROM user_overview_classes;
    DELETE FROM user_overview_standing;
    INSERT INTO user_overview_standing (user_id, class, since, valid_from, valid_until, created_at)
    SELECT u.user_id, c.class, c.since, c.valid_from, c.valid_until, CASE WHEN u.legacy_user_id IS NULL THEN u.created_at END
    FROM user_overview u CROSS JOIN LATERAL user_overview_class(u, now()) c WHERE u.visible;
    INSERT INTO user_overview_classes (kind, day, n)
    SELECT k.kind, d.day, count(*) FROM user_overview_standing s
    CROSS JOIN LATERAL (VALUES (s.class, s.since), (CASE WHEN s.created_at IS NOT NULL THEN 0 END, s.created_at)) k (kind, since)
    CROSS JOIN LATERAL (VALUES (date '-infinity'), ((k.since AT TIME ZONE 'UTC')::date)) d (day)
    WHERE k.kind IS NOT NULL AND d.day IS NOT NULL GROUP BY 1, 2;
END
$$;
-- +goose StatementEnd

SELECT user_overview_classes_rebuild();

CREATE TRIGGER user_overview_standing_changed AFTER INSERT OR DELETE ON user_overview FOR EACH ROW EXECUTE FUNCTION user_overview_stood();
CREATE TRIGGER user_overview_standing_changed_update AFTER UPDATE ON user_overview FOR EACH ROW
    WHEN ((OLD.user_id, OLD.visible, OLD.type_code, OLD.created_at, OLD.verified_at, OLD.exemption_from, OLD.exemption_to, OLD.legacy_user_id,
        OLD.registration_until, OLD.paid_since, OLD.trial_since, OLD.trial_until, OLD.free_since, OLD.attempt_at, OLD.last_ended_at)
    IS DISTINCT FROM (NEW.user_id, NEW.visible, NEW.type_code, NEW.created_at, NEW.verified_at, NEW.exemption_from, NEW.exemption_to, NEW.legacy_user_id,
        NEW.registration_until, NEW.paid_since, NEW.trial_since, NEW.trial_until, NEW.free_since, NEW.attempt_at, NEW.last_ended_at))
    EXECUTE FUNCTION user_overview_stood();
