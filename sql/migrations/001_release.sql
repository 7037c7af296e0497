-- +goose Up
SET LOCAL citus.multi_shard_modify_mode TO 'sequential';

-- The states of a district's net: immutable, numbered from 1.
CREATE TABLE release (
    district text NOT NULL CHECK (district ~ '^[0-9]{6}$'),
    n        integer NOT NULL CHECK (n > 0),
    made_at  timestamptz NOT NULL,
    by       text NOT NULL,
    note     text NOT NULL,
    corrects integer, -- the release that this one corrects for a span of the past
    PRIMARY KEY (district, n),
    FOREIGN KEY (district, corrects) REFERENCES release (district, n)
);

-- When each release was in force (valid), as known when (recorded). One place for time: no two rows of a district overlap in both.
CREATE TABLE timeline (
    district text NOT NULL,
    release  integer NOT NULL,
    valid    tstzrange NOT NULL CHECK (NOT isempty(valid)),
    recorded tstzrange NOT NULL CHECK (NOT isempty(recorded)),
    PRIMARY KEY (district, release, valid, recorded),
    FOREIGN KEY (district, release) REFERENCES release (district, n),
    EXCLUDE USING gist (district WITH =, valid WITH &&, recorded WITH &&)
);

-- The release in force now; none while a first one is being published. Its row is the lock of the district: writers share it, a publication owns it.
CREATE TABLE head (
    district text NOT NULL,
    release  integer,
    PRIMARY KEY (district),
    FOREIGN KEY (district, release) REFERENCES release (district, n)
);
