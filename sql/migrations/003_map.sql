-- +goose Up
SET LOCAL citus.multi_shard_modify_mode TO 'sequential';

-- Buildings: a code for ever, built from its community's, and the grid that the building's point lies in now ('': none).
CREATE TABLE building (
    district   text NOT NULL,
    id         text COLLATE "C" NOT NULL,
    code       text COLLATE "C" NOT NULL CHECK (code ~ '^[0-9]{17}$'),
    name       text NOT NULL,
    address    text NOT NULL,
    footprint  geometry(MultiPolygon, 4490),
    point      geometry(Point, 4490) NOT NULL,
    households integer NOT NULL,
    storeys    integer NOT NULL,
    use        text NOT NULL,
    area_code  text COLLATE "C" NOT NULL,
    PRIMARY KEY (district, id),
    UNIQUE (district, code)
);
CREATE INDEX building_point ON building USING gist (point);
CREATE INDEX building_area ON building (district, area_code);

-- The base map: streets and bridges are lines, blocks polygons, water both.
CREATE TABLE base (
    district text NOT NULL,
    layer    text COLLATE "C" NOT NULL CHECK (layer IN ('street', 'water', 'bridge', 'block')),
    id       text COLLATE "C" NOT NULL,
    class    text NOT NULL,
    name     text NOT NULL,
    geom     geometry(Geometry, 4490) NOT NULL CHECK (GeometryType(geom) IN ('MULTILINESTRING', 'MULTIPOLYGON')),
    PRIMARY KEY (district, layer, id)
);
CREATE INDEX base_geom ON base USING gist (geom);

-- How often the rows of a layer set of a district changed; part of the address of its tiles.
CREATE TABLE revision (
    district  text NOT NULL,
    layer_set text NOT NULL CHECK (layer_set IN ('base', 'buildings')),
    n         bigint NOT NULL,
    PRIMARY KEY (district, layer_set)
);
