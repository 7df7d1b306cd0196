-- +goose Up

-- Which access tokens identity has revoked before their time. A row is there only for an account that has some revoked,
-- or that is deleted.
-- The table starts empty where the account records were read before it was there. Tokens that were revoked until then
-- are refused by the gateway alone, for the few minutes that they still live.
CREATE TABLE account_standing (
    user_id           bigint  CONSTRAINT account_standing_pkey PRIMARY KEY,
    version           bigint  NOT NULL,
    deleted           boolean NOT NULL,
    tokens_valid_from timestamptz,
    ended_sessions    jsonb   NOT NULL, -- the ids
    CONSTRAINT account_standing_ended_sessions_array CHECK (jsonb_typeof(ended_sessions) = 'array')
) WITH (fillfactor = 70);
