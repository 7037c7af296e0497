-- +goose Up
SET LOCAL citus.multi_shard_modify_mode TO 'sequential';

-- The shape of a building as features tell it: its footprint, else its point.
CREATE INDEX building_shape ON building USING gist (coalesce(footprint, point));
