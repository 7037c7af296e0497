-- +goose Up
SET LOCAL citus.multi_shard_modify_mode TO 'sequential';

-- What came together and was declared together: a file that was imported, or points that were posted under one name.
CREATE TABLE batch (
    district text NOT NULL,
    batch    text COLLATE "C" NOT NULL CHECK (batch <> ''),
    source   text NOT NULL, -- name of the file; '' for points that were posted
    crs      text COLLATE "C" NOT NULL CHECK (crs IN ('cgcs2000', 'wgs84', 'gcj02', 'bd09')), -- of all its points, as declared now
    done     bigint NOT NULL, -- how far its source has been read: an import that was broken off goes on from here
    by       text NOT NULL,
    made_at  timestamptz NOT NULL,
    changed  timestamptz NOT NULL,
    PRIMARY KEY (district, batch)
);

-- Where residents, reports and other things lie: the coordinate as its source told it, the same on the lattice, and the grid it is in now.
-- Millions of rows come at once, so what a writer has proved already is not proved again: a row is written under the lock of the head
-- row, whose release has a foreign key (`zhuwang doctor` proves that it is there), and the form of a kind is a rule of Go.
CREATE TABLE location (
    district   text NOT NULL,
    kind       text COLLATE "C" NOT NULL CHECK (kind <> 'building'),
    id         text COLLATE "C" NOT NULL CHECK (id <> ''),
    at         timestamptz NOT NULL,
    raw_lon    double precision NOT NULL,
    raw_lat    double precision NOT NULL,
    crs        text COLLATE "C" NOT NULL CHECK (crs IN ('cgcs2000', 'wgs84', 'gcj02', 'bd09')),
    accuracy_m double precision NOT NULL, -- 0: not known
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
    CHECK ((how = 'outside') = (area_code = '')),
    CHECK ((how = 'manual') = (reason <> ''))
);
CREATE INDEX location_geom ON location USING gist (geom);
CREATE INDEX location_area ON location (district, area_code, kind);
CREATE INDEX location_at ON location (district, at, kind, id);
CREATE INDEX location_tx ON location (district, tx);
CREATE INDEX location_batch ON location (district, batch) WHERE batch <> '';

-- What a release moved from one grid to another ('': outside), buildings (kind `building`) included.
CREATE TABLE move (
    district  text NOT NULL,
    release   integer NOT NULL,
    kind      text COLLATE "C" NOT NULL,
    id        text COLLATE "C" NOT NULL,
    from_code text COLLATE "C" NOT NULL,
    to_code   text COLLATE "C" NOT NULL CHECK (to_code <> from_code),
    PRIMARY KEY (district, release, kind, id),
    FOREIGN KEY (district, release) REFERENCES release (district, n)
);

-- How many residents lay in from_code and lie in to_code, by their places.
ALTER TABLE lineage ADD COLUMN residents integer NOT NULL DEFAULT 0;
