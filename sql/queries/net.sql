-- name: net-divisions
-- $1 district, $2 release
SELECT d.code, d.name, d.source_id, o.geom
FROM release_division d
JOIN outline o ON o.district = d.district AND o.outline = d.outline
WHERE d.district = $1 AND d.release = $2
ORDER BY d.code

-- name: net-grids
-- $1 district, $2 release
SELECT f.code, f.name, f.kind, f.category, f.source_id, f.parts, f.geom
FROM release_sheet s
JOIN sheet_face f ON f.district = s.district AND f.sheet = s.sheet
WHERE s.district = $1 AND s.release = $2
ORDER BY f.code

-- name: net-sheets
-- $1 district, $2 release
SELECT community, sheet
FROM release_sheet
WHERE district = $1 AND release = $2
ORDER BY community

-- name: candidates
-- $1 district, $2 release, $3 point, $4 distance in degrees
SELECT f.code, f.name, f.kind, f.category, f.source_id, f.parts, f.geom
FROM release_sheet s
JOIN sheet_face f ON f.district = s.district AND f.sheet = s.sheet
WHERE s.district = $1 AND s.release = $2 AND ST_DWithin(f.geom, $3, $4)
ORDER BY f.code

-- name: divisions
-- $1 district, $2 release, $3 codes
SELECT code, name, source_id
FROM release_division
WHERE district = $1 AND release = $2 AND code = ANY ($3)
ORDER BY code

-- name: sheets-known
-- $1 district, $2 hashes
SELECT sheet FROM sheet WHERE district = $1 AND sheet = ANY ($2)

-- name: outlines-known
-- $1 district, $2 hashes
SELECT outline FROM outline WHERE district = $1 AND outline = ANY ($2)

-- name: names
-- $1 district
SELECT code, name FROM register WHERE district = $1 ORDER BY code

-- name: names-put
-- $1 district, $2 codes, $3 names
INSERT INTO register (district, code, name)
SELECT $1, n.code, n.name
FROM unnest($2::text[], $3::text[]) AS n (code, name)
ON CONFLICT (district, code) DO UPDATE SET name = excluded.name
