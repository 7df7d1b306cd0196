-- +goose Up

-- What is kept of users for Thunder's clients only: the verification token, the creation time that a new address has reset,
-- and the time of the last change through Thunder, in milliseconds. Most users have no row. A deleted user has none.
CREATE TABLE thunder_users (
    user_id    bigint      CONSTRAINT thunder_users_pk PRIMARY KEY CONSTRAINT thunder_users_user REFERENCES users (id),
    token      text,
    created_at timestamptz,
    changed_at timestamptz NOT NULL
);
