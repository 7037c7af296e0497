-- name: buildings
-- $1 district
SELECT id, source, code, name, address, footprint, point, households, storeys, use, area_code
FROM building
WHERE district = $1
ORDER BY id

-- name: buildings-retired
-- $1 district
SELECT code, id, source
FROM building_retired
WHERE district = $1
ORDER BY code

-- name: buildings-take
-- $1 district, $2 ids of buildings that are put anew
DELETE FROM building WHERE district = $1 AND id = ANY ($2)

-- name: buildings-retire
-- $1 district, $2 ids
WITH gone AS (
    DELETE FROM building WHERE district = $1 AND id = ANY ($2)
    RETURNING code, id, source
)
INSERT INTO building_retired (district, code, id, source)
SELECT $1, code, id, source FROM gone

-- name: buildings-return
-- $1 district, $2 codes of buildings that are there
DELETE FROM building_retired WHERE district = $1 AND code = ANY ($2)

-- name: buildings-in
-- $1 district, $2–$5 boxes: least longitudes and latitudes, greatest longitudes and latitudes
SELECT DISTINCT ON (b.id) b.id, b.point, b.households, b.area_code
FROM unnest($2::float8[], $3::float8[], $4::float8[], $5::float8[]) AS box (x0, y0, x1, y1)
JOIN building b ON b.district = $1 AND b.point && ST_MakeEnvelope(box.x0, box.y0, box.x1, box.y1, 4490)
    -- boxes in the index are in single precision
    AND ST_X(b.point) BETWEEN box.x0 AND box.x1 AND ST_Y(b.point) BETWEEN box.y0 AND box.y1
ORDER BY b.id

-- name: buildings-move
-- $1 district, $2 ids, $3 codes of the grids that they lie in
UPDATE building b
SET area_code = m.area
FROM unnest($2::text[], $3::text[]) AS m (id, area)
WHERE b.district = $1 AND b.id = m.id

-- name: base
-- $1 district
SELECT layer, id, source, class, name, geom
FROM base
WHERE district = $1
ORDER BY layer, id

-- name: base-take
-- $1 district, $2 layers, $3 ids
DELETE FROM base b
USING unnest($2::text[], $3::text[]) AS k (layer, id)
WHERE b.district = $1 AND b.layer = k.layer AND b.id = k.id

-- name: revisions
-- $1 district
SELECT coalesce(max(n) FILTER (WHERE layer_set = 'base'), 0), coalesce(max(n) FILTER (WHERE layer_set = 'buildings'), 0)
FROM revision
WHERE district = $1

-- name: revision-next
-- $1 district, $2 layer set
INSERT INTO revision (district, layer_set, n) VALUES ($1, $2, 1)
ON CONFLICT (district, layer_set) DO UPDATE SET n = revision.n + 1
RETURNING n
