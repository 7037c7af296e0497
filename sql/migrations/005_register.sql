-- +goose Up
SET LOCAL citus.multi_shard_modify_mode TO 'sequential';

-- The register of official names: what the division with a code is called. No release depends on it.
CREATE TABLE register (
    district text NOT NULL,
    code     text COLLATE "C" NOT NULL CHECK (code ~ '^[0-9]{6}([0-9]{3}){0,2}$'),
    name     text NOT NULL,
    PRIMARY KEY (district, code)
);
