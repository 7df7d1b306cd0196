-- +goose Up

-- What was recorded of each subscription's monthly recurring revenue.
ALTER TABLE subscriptions
    ADD mrr          bigint  NOT NULL DEFAULT 0,
    ADD mrr_currency text    NOT NULL DEFAULT '',
    ADD earned       boolean NOT NULL DEFAULT false,
    ADD trial_warned boolean NOT NULL DEFAULT false;

-- Changes of the monthly recurring revenue. Their sum is the revenue, so rows are only ever added.
CREATE TABLE mrr_movements (
    id              bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT mrr_movements_pkey PRIMARY KEY,
    user_id         bigint      NOT NULL,
    subscription_id bigint      NOT NULL,
    kind            text        NOT NULL CONSTRAINT mrr_movements_kind_known
                    CHECK (kind IN ('new', 'expansion', 'contraction', 'churn', 'reactivation')),
    amount          bigint      NOT NULL CONSTRAINT mrr_movements_amount_moves CHECK (amount <> 0),
    currency        text        NOT NULL,
    occurred_at     timestamptz NOT NULL,
    recorded_at     timestamptz NOT NULL
);
CREATE INDEX mrr_movements_subscription_idx ON mrr_movements (subscription_id);
CREATE TRIGGER mrr_movements_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON mrr_movements
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
