-- +goose Up

-- The address that an email change is about; the codes of all other requests go to the user's own address.
ALTER TABLE verification_requests
    ADD COLUMN new_email text,
    ADD CONSTRAINT verification_requests_email_change CHECK ((type_code = 'EMUP') = (new_email IS NOT NULL));

-- For the purge of requests that expired long ago.
CREATE INDEX verification_requests_by_expiry ON verification_requests (expires_at);
