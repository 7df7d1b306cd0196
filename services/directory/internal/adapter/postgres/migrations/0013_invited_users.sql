-- +goose Up

-- Who was invited: an invited administrator counts as one who can sign in only after the first sign-in. The constant default
-- rewrites nothing, and the code of before need not write the column. It stores an invited administrator as one who was not,
-- so invite administrators once all replicas run this release.
ALTER TABLE users ADD invited boolean NOT NULL DEFAULT false;

-- Invitations from before: those that are still known, and administrators without a verified address who have never signed in,
-- whose invitation may have been deleted.
UPDATE users SET invited = true
WHERE NOT deleted AND last_login_at IS NULL AND (type_code = 'ADMI' AND verified_at IS NULL
    OR id IN (SELECT user_id FROM verification_requests WHERE type_code = 'INVI'));
