-- +goose Up

-- What was read last, so that a log that was cut or made anew is recognised after it has grown past the offset again:
-- the record's offset, a digest of its content, and the leader epoch that it was written in. last_offset is -1 when
-- nothing is known. Replicas of the release before this one leave these columns as they are, which does no harm: a record
-- read earlier is compared then.
-- lost is why the partition is stopped until an operator rewinds or resumes it; empty when it is not.
ALTER TABLE kafka_offsets
    ADD COLUMN last_offset bigint  NOT NULL DEFAULT -1,
    ADD COLUMN last_digest text    NOT NULL DEFAULT '',
    ADD COLUMN last_epoch  integer NOT NULL DEFAULT -1,
    ADD COLUMN lost        text    NOT NULL DEFAULT '';
