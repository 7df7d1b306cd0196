-- +goose Up

ALTER TABLE invoices
    ADD uncollectible_at timestamptz,
    ADD action_required  boolean NOT NULL DEFAULT false,
    ADD charge_id        text    NOT NULL DEFAULT '';

-- What mirrors the provider has no foreign keys to what may arrive later. Refunds and disputes arrive with their charge.
CREATE TABLE charges (
    id           bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT charges_pkey PRIMARY KEY,
    provider_id  text        NOT NULL CONSTRAINT charges_provider_id_unique UNIQUE,
    user_id      bigint      NOT NULL,
    customer_id  text        NOT NULL,
    invoice_id   text        NOT NULL,
    status       text        NOT NULL,
    currency     text        NOT NULL,
    amount       bigint      NOT NULL,
    captured     bigint      NOT NULL,
    failure_code text        NOT NULL,
    created_at   timestamptz NOT NULL
);
CREATE INDEX charges_user_idx ON charges (user_id);
CREATE INDEX charges_invoice_idx ON charges (invoice_id) WHERE invoice_id <> '';

CREATE TABLE refunds (
    provider_id text        CONSTRAINT refunds_pkey PRIMARY KEY,
    charge_id   bigint      NOT NULL CONSTRAINT refunds_charge_fkey REFERENCES charges (id),
    position    integer     NOT NULL, -- in the order in which they were made
    amount      bigint      NOT NULL,
    status      text        NOT NULL,
    reason      text        NOT NULL,
    created_at  timestamptz NOT NULL,
    returned_at timestamptz
);
CREATE INDEX refunds_charge_idx ON refunds (charge_id, position);

CREATE TABLE disputes (
    provider_id   text        CONSTRAINT disputes_pkey PRIMARY KEY,
    charge_id     bigint      NOT NULL CONSTRAINT disputes_charge_fkey REFERENCES charges (id),
    position      integer     NOT NULL,
    amount        bigint      NOT NULL,
    status        text        NOT NULL,
    reason        text        NOT NULL,
    created_at    timestamptz NOT NULL,
    withdrawn_at  timestamptz,
    reinstated_at timestamptz
);
CREATE INDEX disputes_charge_idx ON disputes (charge_id, position);

-- Money that moved. Rows are only ever added: what was booked is corrected by another entry.
CREATE TABLE ledger_entries (
    id                       bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT ledger_entries_pkey PRIMARY KEY,
    key                      text        NOT NULL CONSTRAINT ledger_entries_key_unique UNIQUE,
    user_id                  bigint      NOT NULL,
    kind                     text        NOT NULL CONSTRAINT ledger_entries_kind_known
                             CHECK (kind IN ('payment', 'refund', 'refund_failed', 'dispute_lost')),
    amount                   bigint      NOT NULL,
    tax                      bigint      NOT NULL,
    currency                 text        NOT NULL,
    subscription_id          bigint,
    provider_subscription_id text,
    invoice_id               text,
    charge_id                text,
    refund_id                text,
    dispute_id               text,
    "interval"               text,
    interval_count           integer,
    occurred_at              timestamptz NOT NULL,
    recorded_at              timestamptz NOT NULL
);
CREATE INDEX ledger_entries_occurred_idx ON ledger_entries (occurred_at, id);
CREATE INDEX ledger_entries_user_idx ON ledger_entries (user_id, id);
CREATE INDEX ledger_entries_invoice_idx ON ledger_entries (invoice_id);

-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
