-- +goose Up

-- The customers of a user at the provider. One of them at most is in use: billing_users.stripe_customer_id.
CREATE TABLE customers (
    id         text        CONSTRAINT customers_pkey PRIMARY KEY,
    user_id    bigint      NOT NULL,
    deleted    boolean     NOT NULL DEFAULT false, -- at the provider
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX customers_user_idx ON customers (user_id);
INSERT INTO customers (id, user_id) SELECT stripe_customer_id, user_id FROM billing_users WHERE stripe_customer_id IS NOT NULL;

ALTER TABLE subscriptions
    ADD cancel_at         timestamptz,
    ADD ended_at          timestamptz,
    ADD collection_paused boolean NOT NULL DEFAULT false,
    ADD collection_method text    NOT NULL DEFAULT '',
    ADD paid              boolean NOT NULL DEFAULT false;
UPDATE subscriptions SET paid = true WHERE status IN ('active', 'past_due', 'unpaid', 'canceled');

-- The first item is also in the row of the subscription.
CREATE TABLE subscription_items (
    subscription_id bigint  NOT NULL CONSTRAINT subscription_items_subscription_fkey REFERENCES subscriptions (id) ON DELETE CASCADE,
    position        integer NOT NULL,
    provider_id     text    NOT NULL,
    price_id        text    NOT NULL,
    amount          bigint  NOT NULL,
    currency        text    NOT NULL,
    "interval"      text    NOT NULL,
    interval_count  integer NOT NULL,
    quantity        bigint  NOT NULL,
    CONSTRAINT subscription_items_pkey PRIMARY KEY (subscription_id, position)
);

ALTER TABLE invoices
    ADD reason       text   NOT NULL DEFAULT '',
    ADD currency     text   NOT NULL DEFAULT '',
    ADD subtotal     bigint NOT NULL DEFAULT 0,
    ADD discount     bigint NOT NULL DEFAULT 0,
    ADD tax          bigint NOT NULL DEFAULT 0,
    ADD total        bigint NOT NULL DEFAULT 0,
    ADD paid         bigint NOT NULL DEFAULT 0,
    ADD due          bigint NOT NULL DEFAULT 0,
    ADD finalized_at timestamptz,
    ADD due_at       timestamptz,
    ADD paid_at      timestamptz,
    ADD voided_at    timestamptz;
CREATE INDEX invoices_open_idx ON invoices (user_id) WHERE status = 'open';
CREATE INDEX invoices_recent_idx ON invoices (user_id, subscription_id, issued_at DESC);

ALTER TABLE promotion_redemptions
    ADD checkout_key   text NOT NULL DEFAULT '',
    ADD consumed_price text NOT NULL DEFAULT '';
UPDATE promotion_redemptions r SET checkout_key = c.key FROM checkouts c WHERE c.id = r.checkout_id;

-- The generation of each idempotency key for which the provider has stored a failure of its own.
CREATE TABLE provider_keys (
    key        text    CONSTRAINT provider_keys_pkey PRIMARY KEY,
    generation integer NOT NULL,
    raised_at  timestamptz NOT NULL DEFAULT now()
);

-- A task synchronizes an object, which is the subject of any number of events.
ALTER TABLE webhook_events
    ADD subscription_id text  NOT NULL DEFAULT '',
    ADD subject         text  NOT NULL DEFAULT '',
    ADD state           text  NOT NULL DEFAULT 'done' CONSTRAINT webhook_events_state_known CHECK (state IN ('waiting', 'done', 'unmatched', 'dead')),
    ADD reason          text  NOT NULL DEFAULT '',
    ADD writes          jsonb NOT NULL DEFAULT '[]',
    ADD settled_at      timestamptz;
UPDATE webhook_events e SET subject = e.object_id, state = t.state, reason = t.reason, writes = t.writes, settled_at = t.settled_at
    FROM tasks t WHERE t.kind = 'event' AND t.subject = e.id;
INSERT INTO tasks (kind, subject, state, attempts, next_try_at, reason, created_at, settled_at)
    SELECT 'sync', e.object_id, t.state, max(t.attempts), min(t.next_try_at), max(t.reason), min(t.created_at), max(t.settled_at)
    FROM tasks t JOIN webhook_events e ON e.id = t.subject
    WHERE t.kind = 'event' AND t.state <> 'done' AND e.object_id <> ''
    GROUP BY e.object_id, t.state;
DELETE FROM tasks WHERE kind = 'event';
DROP INDEX tasks_event_idx;
CREATE INDEX webhook_events_subject_idx ON webhook_events (subject) WHERE state <> 'done';
CREATE INDEX webhook_events_untried_idx ON webhook_events (customer_id) WHERE state = 'waiting' AND settled_at IS NULL;
