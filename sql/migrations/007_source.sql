-- +goose Up
SET LOCAL citus.multi_shard_modify_mode TO 'sequential';

-- Where a building or a feature of the base map comes from: the file, or the name that was given for it.
ALTER TABLE building ADD COLUMN source text NOT NULL DEFAULT '';
ALTER TABLE base ADD COLUMN source text NOT NULL DEFAULT '';

-- Buildings that went away. A code in this table names nothing else, ever; the building itself takes it back when it returns.
CREATE TABLE building_retired (
    district text NOT NULL,
    code     text COLLATE "C" NOT NULL CHECK (code ~ '^[0-9]{17}$'),
    id       text COLLATE "C" NOT NULL,
    source   text NOT NULL,
    PRIMARY KEY (district, code)
);
