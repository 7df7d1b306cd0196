-- +goose Up

-- The income from subscriptions, as sums of the ledger that are kept instead of counted (deploy/adr/0009). An entry belongs
-- to the beginning of its subscription or not, and to an annual plan or not.

-- The invoice of each subscription with its first positive payment.
CREATE TABLE income_beginnings (
    provider_subscription_id text        CONSTRAINT income_beginnings_pkey PRIMARY KEY,
    invoice_id               text        NOT NULL,
    entry_id                 bigint      NOT NULL,
    occurred_at              timestamptz NOT NULL
);

-- income_log are the amounts that income_days does not know yet. Rows live for a second.
CREATE TABLE income_log (
    currency    text        NOT NULL,
    beginning   boolean     NOT NULL,
    annual      boolean     NOT NULL,
    occurred_at timestamptz NOT NULL,
    amount      bigint      NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- income_days are the sums by UTC day; the day '-infinity' has the sum of all days.
CREATE TABLE income_days (
    currency  text    NOT NULL,
    beginning boolean NOT NULL,
    annual    boolean NOT NULL,
    day       date    NOT NULL,
    amount    bigint  NOT NULL,
    CONSTRAINT income_days_pkey PRIMARY KEY (currency, day, beginning, annual)
) WITH (fillfactor = 50);

-- Whether the interval of a plan is 12 months or more, in the proportions of the recurring revenue: 52 weeks, 365 days.
CREATE FUNCTION income_annual("interval" text, interval_count integer) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(CASE "interval" WHEN 'year' THEN true WHEN 'month' THEN interval_count >= 12 WHEN 'week' THEN interval_count >= 52
        WHEN 'day' THEN interval_count >= 365 END, false);

-- Whoever books holds the lock of the account, so the entries of one subscription come one after the other.
-- +goose StatementBegin
CREATE FUNCTION income_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held income_beginnings;
BEGIN
    IF NEW.provider_subscription_id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT * INTO held FROM income_beginnings WHERE provider_subscription_id = NEW.provider_subscription_id;
    IF NEW.kind = 'payment' AND NEW.amount > 0 AND (held.entry_id IS NULL OR (NEW.occurred_at, NEW.id) < (held.occurred_at, held.entry_id)) THEN
        -- An earlier payment became known later. Entries of its invoice, and of the one that was taken for the beginning, change sides.
        INSERT INTO income_log (currency, beginning, annual, occurred_at, amount)
        SELECT e.currency, side.beginning, income_annual(e."interval", e.interval_count), e.occurred_at,
            CASE WHEN side.beginning = (e.invoice_id = NEW.invoice_id) THEN e.amount ELSE -e.amount END
        FROM ledger_entries e CROSS JOIN (VALUES (true), (false)) AS side (beginning)
        WHERE e.provider_subscription_id = NEW.provider_subscription_id AND e.invoice_id IN (NEW.invoice_id, held.invoice_id)
            AND NEW.invoice_id IS DISTINCT FROM held.invoice_id AND e.id <> NEW.id;
        INSERT INTO income_beginnings (provider_subscription_id, invoice_id, entry_id, occurred_at)
        VALUES (NEW.provider_subscription_id, NEW.invoice_id, NEW.id, NEW.occurred_at)
        ON CONFLICT ON CONSTRAINT income_beginnings_pkey DO UPDATE
            SET invoice_id = excluded.invoice_id, entry_id = excluded.entry_id, occurred_at = excluded.occurred_at
        RETURNING * INTO held;
    END IF;
    INSERT INTO income_log (currency, beginning, annual, occurred_at, amount)
    VALUES (NEW.currency, coalesce(NEW.invoice_id = held.invoice_id, false), income_annual(NEW."interval", NEW.interval_count), NEW.occurred_at, NEW.amount);
    RETURN NULL;
END
$$;

-- income_fold moves a batch of the log into the sums, and returns the number of rows. A reader sees each amount either in
-- the log or in the sums. Another replica that folds at the same time makes it do nothing.
CREATE FUNCTION income_fold(batch integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    n integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock('income_days'::regclass::bigint) THEN
        RETURN 0;
    END IF;
    WITH folded AS (
        DELETE FROM income_log WHERE ctid = ANY (ARRAY(SELECT ctid FROM income_log LIMIT batch)) RETURNING *
    ), stored AS (
        INSERT INTO income_days AS d (currency, beginning, annual, day, amount)
        SELECT currency, beginning, annual, unnest(ARRAY['-infinity', (occurred_at AT TIME ZONE 'UTC')::date]) AS day, sum(amount)
        FROM folded GROUP BY 1, 2, 3, 4 ORDER BY 1, 4, 2, 3
        ON CONFLICT ON CONSTRAINT income_days_pkey DO UPDATE SET amount = d.amount + excluded.amount
    )
    SELECT count(*) INTO n FROM folded;
    RETURN n;
END
$$;

-- income_rebuild sums the ledger anew, for entries that were loaded without triggers. Writers wait meanwhile.
CREATE FUNCTION income_rebuild() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('income_days'::regclass::bigint);
    LOCK TABLE ledger_entries IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM income_log;
    DELETE FROM income_days;
    DELETE FROM income_beginnings;
    INSERT INTO income_beginnings (provider_subscription_id, invoice_id, entry_id, occurred_at)
    SELECT DISTINCT ON (provider_subscription_id) provider_subscription_id, invoice_id, id, occurred_at FROM ledger_entries
    WHERE provider_subscription_id IS NOT NULL AND kind = 'payment' AND amount > 0 ORDER BY provider_subscription_id, occurred_at, id;
    INSERT INTO income_days (currency, beginning, annual, day, amount)
    SELECT e.currency, coalesce(e.invoice_id = b.invoice_id, false), income_annual(e."interval", e.interval_count),
        unnest(ARRAY['-infinity', (e.occurred_at AT TIME ZONE 'UTC')::date]), sum(e.amount)
    FROM ledger_entries e LEFT JOIN income_beginnings b USING (provider_subscription_id)
    WHERE e.provider_subscription_id IS NOT NULL GROUP BY 1, 2, 3, 4;
END
$$;
-- +goose StatementEnd

-- For the entries that change sides, of which there are few.
CREATE INDEX ledger_entries_subscription_idx ON ledger_entries (provider_subscription_id) WHERE provider_subscription_id IS NOT NULL;

SELECT income_rebuild();
CREATE TRIGGER ledger_entries_income AFTER INSERT ON ledger_entries FOR EACH ROW EXECUTE FUNCTION income_record();
