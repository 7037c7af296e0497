-- name: features-buildings
-- $1 district
SELECT b.code AS id, nullif(b.name, '') AS name, nullif(b.address, '') AS address, nullif(b.use, '') AS use, b.households, b.storeys, b.id AS source_id, b.district,
       b.area_code AS grid, coalesce(b.footprint, b.point) AS geometry
FROM building b
WHERE b.district = $1

-- name: features-streets
-- $1 district
SELECT b.id, nullif(b.name, '') AS name, nullif(b.class, '') AS class, b.district, b.geom AS geometry
FROM base b
WHERE b.district = $1 AND b.layer = 'street'

-- name: features-grids
-- $1 district, $2 valid time
SELECT f.code AS id, f.name, f.kind, nullif(f.category, '') AS category, f.parts, nullif(f.source_id, '') AS source_id, f.district, left(f.code, 9) AS town,
       left(f.code, 12) AS community, t.release, lower(t.valid) AS valid_from, upper(t.valid) AS valid_to, f.geom AS geometry
FROM timeline t
JOIN release_sheet s ON s.district = t.district AND s.release = t.release
JOIN sheet_face f ON f.district = s.district AND f.sheet = s.sheet
WHERE t.district = $1 AND t.valid && $2::tstzrange AND upper_inf(t.recorded)

-- name: features-divisions
-- $1 district, $2 valid time, $3 level
SELECT d.code AS id, d.name, nullif(d.source_id, '') AS source_id, d.district, left(d.code, 9) AS town, t.release, lower(t.valid) AS valid_from, upper(t.valid) AS valid_to,
       o.geom AS geometry
FROM timeline t
JOIN release_division d ON d.district = t.district AND d.release = t.release
JOIN outline o ON o.district = d.district AND o.outline = d.outline
WHERE t.district = $1 AND t.valid && $2::tstzrange AND upper_inf(t.recorded) AND d.level = $3

-- name: features-divisions-part
-- $1 district, $2 valid time, $3 level: for those who see a part of the district, and of a division no more than the grids in it that they see
SELECT d.code AS id, d.name, nullif(d.source_id, '') AS source_id, d.district, left(d.code, 9) AS town, t.release, lower(t.valid) AS valid_from, upper(t.valid) AS valid_to,
       g.geom AS geometry
FROM timeline t
JOIN release_division d ON d.district = t.district AND d.release = t.release
CROSS JOIN LATERAL (
    SELECT ST_ForcePolygonCCW(ST_Multi(ST_Union(f.geom))) AS geom
    FROM release_sheet s
    JOIN sheet_face f ON f.district = s.district AND f.sheet = s.sheet
    WHERE s.district = t.district AND s.release = t.release AND starts_with(f.code, d.code)
) g
WHERE t.district = $1 AND t.valid && $2::tstzrange AND upper_inf(t.recorded) AND d.level = $3 AND g.geom IS NOT NULL

-- name: building-tag
-- $1 district, $2 code
SELECT md5(b::text) FROM building b WHERE b.district = $1 AND b.code = $2

-- name: building-tagged
-- $1 district, $2 code
SELECT b.id, b.source, b.code, b.name, b.address, b.footprint, b.point, b.households, b.storeys, b.use, b.area_code, md5(b::text)
FROM building b
WHERE b.district = $1 AND b.code = $2
FOR UPDATE

-- name: building-last
-- $1 district, $2 community
SELECT coalesce(max(right(code, 5)::integer), 0)
FROM (
    SELECT code FROM building WHERE district = $1 AND code >= $2 AND code < $2 || ':'
    UNION ALL
    SELECT code FROM building_retired WHERE district = $1 AND code >= $2 AND code < $2 || ':'
) b

-- name: building-add
-- $1 district, $2 id, $3 source, $4 code, $5 name, $6 address, $7 footprint, $8 point, $9 households, $10 storeys, $11 use, $12 grid
INSERT INTO building (district, id, source, code, name, address, footprint, point, households, storeys, use, area_code)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)

-- name: building-set
-- $1 district, $2 id, $3 source, $4 code, $5 name, $6 address, $7 footprint, $8 point, $9 households, $10 storeys, $11 use, $12 grid
UPDATE building
SET source = $3, name = $5, address = $6, footprint = $7, point = $8, households = $9, storeys = $10, use = $11, area_code = $12
WHERE district = $1 AND id = $2 AND code = $4
