-- +goose Up
SET LOCAL citus.multi_shard_modify_mode TO 'sequential';

-- A sheet is an immutable partition of one community into grids, known by the SHA-256 of its content.
CREATE TABLE sheet (
    district  text NOT NULL,
    sheet     bytea NOT NULL CHECK (length(sheet) = 32),
    community text COLLATE "C" NOT NULL CHECK (community ~ '^[0-9]{12}$'),
    PRIMARY KEY (district, sheet)
);

-- The grids of a sheet. Coordinates are k / 1e7 degrees of CGCS2000 with integer k.
CREATE TABLE sheet_face (
    district  text NOT NULL,
    sheet     bytea NOT NULL,
    code      text COLLATE "C" NOT NULL CHECK (code ~ '^[0-9]{15}$'),
    name      text NOT NULL,
    kind      text NOT NULL CHECK (kind IN ('basic', 'dedicated')),
    category  text NOT NULL,
    source_id text NOT NULL,
    parts     integer NOT NULL CHECK (parts > 0),
    geom      geometry(MultiPolygon, 4490) NOT NULL,
    PRIMARY KEY (district, sheet, code),
    FOREIGN KEY (district, sheet) REFERENCES sheet (district, sheet)
);
CREATE INDEX sheet_face_geom ON sheet_face USING gist (geom);

-- The sheet of each community in each release.
CREATE TABLE release_sheet (
    district  text NOT NULL,
    release   integer NOT NULL,
    community text COLLATE "C" NOT NULL CHECK (community ~ '^[0-9]{12}$'),
    sheet     bytea NOT NULL,
    PRIMARY KEY (district, release, community),
    FOREIGN KEY (district, release) REFERENCES release (district, n),
    FOREIGN KEY (district, sheet) REFERENCES sheet (district, sheet)
);

-- Outlines of divisions by the SHA-256 of their vertices: an unchanged one is stored once.
CREATE TABLE outline (
    district text NOT NULL,
    outline  bytea NOT NULL CHECK (length(outline) = 32),
    geom     geometry(MultiPolygon, 4490) NOT NULL,
    PRIMARY KEY (district, outline)
);
CREATE INDEX outline_geom ON outline USING gist (geom);

-- The district, its towns and communities in each release. An outline is the dissolve of the grids in it.
CREATE TABLE release_division (
    district  text NOT NULL,
    release   integer NOT NULL,
    code      text COLLATE "C" NOT NULL CHECK (code ~ '^[0-9]{6}([0-9]{3}){0,2}$'),
    level     text NOT NULL CHECK (level IN ('district', 'town', 'community')),
    name      text NOT NULL,
    source_id text NOT NULL,
    outline   bytea NOT NULL,
    PRIMARY KEY (district, release, code),
    FOREIGN KEY (district, release) REFERENCES release (district, n),
    FOREIGN KEY (district, outline) REFERENCES outline (district, outline)
);

-- What became of each code in a release; '' is nothing: a birth has no from_code, a death no to_code.
CREATE TABLE lineage (
    district   text NOT NULL,
    release    integer NOT NULL,
    from_code  text COLLATE "C" NOT NULL,
    to_code    text COLLATE "C" NOT NULL,
    kind       text NOT NULL,
    households integer NOT NULL,
    buildings  integer NOT NULL,
    area_m2    double precision NOT NULL,
    from_share double precision NOT NULL, -- of the weight of from_code that went to to_code
    to_share   double precision NOT NULL, -- of the weight of to_code that came from from_code
    PRIMARY KEY (district, release, from_code, to_code),
    FOREIGN KEY (district, release) REFERENCES release (district, n)
);

-- The net in force now, for people who read SQL or open the database in QGIS.
CREATE VIEW grid AS
SELECT f.district, f.code, s.community, f.name, f.kind, f.category, f.source_id, f.parts, s.release, f.geom
FROM head h
JOIN release_sheet s ON s.district = h.district AND s.release = h.release
JOIN sheet_face f ON f.district = s.district AND f.sheet = s.sheet;

CREATE VIEW division AS
SELECT d.district, d.code, d.level, d.name, d.source_id, d.release, o.geom
FROM head h
JOIN release_division d ON d.district = h.district AND d.release = h.release
JOIN outline o ON o.district = d.district AND o.outline = d.outline;
