-- +goose Up

-- For the list of administrators' acts, and their deletion when their time is over.
CREATE INDEX audit_log_begun_idx ON audit_log (begun_at, id);
