-- +goose Up

-- The definitions of the indexes that the new model gets when it is loaded: to keep them up to date meanwhile costs more.
-- A program of an earlier release does not know the phase "unindexed", and leaves such a model to others.
ALTER TABLE read_model_build
    ADD indexes text[] NOT NULL DEFAULT '{}',
    DROP CONSTRAINT read_model_build_phase,
    ADD CONSTRAINT read_model_build_phase CHECK (phase IN ('requested', 'loading', 'unindexed', 'counted'));
