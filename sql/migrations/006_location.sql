-- +goose Up
SET LOCAL citus.multi_shard_modify_mode TO 'sequential';

-- What came together and was declared together: a file that was imported, or the points posted under one name. `done` rows of it are stored.
CREATE TABLE batch (
    district text NOT NULL,
    batch    text COLLATE "C" NOT NULL,
    kind     text COLLATE "C" NOT NULL,
    source   text NOT NULL, -- name of the file; '' for points that were posted
    crs      text NOT NULL, -- as declared now
    done     bigint NOT NULL,
    by       text NOT NULL,
    made_at  timestamptz NOT NULL,
    changed  timestamptz NOT NULL,
    PRIMARY KEY (district, batch)
);

-- Where residents, reports and other things lie: the coordinate as its source told it, the same on the lattice, and the grid it is in now.
CREATE TABLE location (
    district   text NOT NULL,
    kind       text COLLATE "C" NOT NULL CHECK (kind ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' AND kind <> 'building'),
    id         text COLLATE "C" NOT NULL CHECK (id <> ''),
    at         timestamptz NOT NULL,
    raw_lon    double precision NOT NULL,
    raw_lat    double precision NOT NULL,
    crs        text COLLATE "C" NOT NULL CHECK (crs IN ('cgcs2000', 'wgs84', 'gcj02', 'bd09')),
    accuracy_m real NOT NULL, -- 0: not known
    attributes jsonb NOT NULL,
    batch      text COLLATE "C" NOT NULL, -- '' for none
    geom       geometry(Point, 4490) NOT NULL,
    area_code  text COLLATE "C" NOT NULL, -- the grid; '' outside the net
    how        text COLLATE "C" NOT NULL CHECK (how IN ('in', 'border', 'manual', 'outside')),
    release    integer NOT NULL, -- by whose net the grid was found
    reason     text NOT NULL, -- why a person overruled; '' for none
    by         text NOT NULL, -- who wrote the row last
    made_at    timestamptz NOT NULL,
    changed    timestamptz NOT NULL,
    revision   integer NOT NULL, -- 1 at first, one more with each change: the ETag
    tx         xid8 NOT NULL DEFAULT pg_current_xact_id(), -- the transaction of the last change: readers follow it without missing a late commit
    PRIMARY KEY (district, kind, id),
    FOREIGN KEY (district, release) REFERENCES release (district, n),
    CHECK ((how = 'outside') = (area_code = '') OR how = 'manual'),
    CHECK ((how = 'manual') = (reason <> ''))
);
CREATE INDEX location_geom ON location USING gist (geom);
CREATE INDEX location_area ON location (district, area_code, kind, at);
CREATE INDEX location_tx ON location (district, tx);

-- What a release moved from one grid to another ('': outside), buildings (kind `building`) included.
CREATE TABLE move (
    district  text NOT NULL,
    release   integer NOT NULL,
    kind      text COLLATE "C" NOT NULL,
    id        text COLLATE "C" NOT NULL,
    from_code text COLLATE "C" NOT NULL,
    to_code   text COLLATE "C" NOT NULL,
    PRIMARY KEY (district, release, kind, id),
    FOREIGN KEY (district, release) REFERENCES release (district, n)
);
