-- What `doctor` asks of a live database. Nothing here trusts a constraint: they may have been switched off.

-- name: doctor-districts
-- Every district that any table knows, with its head.
SELECT d.district, coalesce(h.release, 0)
FROM (
    SELECT district FROM release UNION SELECT district FROM timeline UNION SELECT district FROM head UNION SELECT district FROM sheet
    UNION SELECT district FROM release_sheet UNION SELECT district FROM release_division UNION SELECT district FROM location
    UNION SELECT district FROM building
) d
LEFT JOIN head h ON h.district = d.district
ORDER BY 1

-- name: doctor-sheets
-- $1 district
SELECT f.sheet, coalesce(s.community, left(f.code, 12)), f.code, f.name, f.kind, f.category, f.source_id, f.parts, ST_AsEWKB(f.geom)
FROM sheet_face f
LEFT JOIN sheet s ON s.district = f.district AND s.sheet = f.sheet
WHERE f.district = $1
ORDER BY f.sheet, f.code

-- name: doctor-outlines
-- $1 district
SELECT outline, ST_AsEWKB(geom) FROM outline WHERE district = $1

-- name: doctor-sheet-codes
-- $1 district
SELECT sheet, array_agg(code) FROM sheet_face WHERE district = $1 GROUP BY sheet

-- name: doctor-release-sheets
-- $1 district
-- The divisions of each release (sheet null), and its sheets.
SELECT release, NULL::bytea, array_agg(code) FROM release_division WHERE district = $1 GROUP BY release
UNION ALL
SELECT release, sheet, '{}' FROM release_sheet WHERE district = $1
ORDER BY 1

-- name: doctor-locations
-- $1 district, $2 release in force
-- Each location beside the grid that it is stored under; of those outside, beside the district. Shapes are taken to integers (units of
-- 1e-7 degree), where PostGIS decides exactly. They come grid by grid, because PostGIS prepares a shape that is asked for again (a million
-- points: 6 s instead of 39 s).
WITH face AS MATERIALIZED (
    SELECT f.code, ST_SnapToGrid(ST_Scale(f.geom, 1e7, 1e7), 1) AS g
    FROM release_sheet s
    JOIN sheet_face f ON f.district = s.district AND f.sheet = s.sheet
    WHERE s.district = $1 AND s.release = $2
    UNION ALL
    SELECT '', ST_SnapToGrid(ST_Scale(o.geom, 1e7, 1e7), 1)
    FROM release_division d
    JOIN outline o ON o.district = d.district AND o.outline = d.outline
    WHERE d.district = $1 AND d.release = $2 AND d.code = $1
)
SELECT l.kind, l.id, l.raw_lon, l.raw_lat, l.crs, ST_X(l.geom), ST_Y(l.geom), l.area_code, l.how,
       f.code IS NOT NULL AND f.code <> '', coalesce(f.code <> '' AND ST_Contains(f.g, p.g), false), coalesce(ST_Covers(f.g, p.g), false)
FROM (SELECT * FROM location WHERE district = $1 ORDER BY area_code) l
CROSS JOIN LATERAL (SELECT ST_SnapToGrid(ST_Scale(l.geom, 1e7, 1e7), 1) AS g OFFSET 0) p
LEFT JOIN face f ON f.code = l.area_code

-- name: doctor-buildings
-- $1 district, $2 release in force
-- The same of buildings; whether the code begins with that of a community that some release had, and whether it was given up.
WITH face AS MATERIALIZED (
    SELECT f.code, ST_SnapToGrid(ST_Scale(f.geom, 1e7, 1e7), 1) AS g
    FROM release_sheet s
    JOIN sheet_face f ON f.district = s.district AND f.sheet = s.sheet
    WHERE s.district = $1 AND s.release = $2
    UNION ALL
    SELECT '', ST_SnapToGrid(ST_Scale(o.geom, 1e7, 1e7), 1)
    FROM release_division d
    JOIN outline o ON o.district = d.district AND o.outline = d.outline
    WHERE d.district = $1 AND d.release = $2 AND d.code = $1
), community AS MATERIALIZED (
    SELECT DISTINCT code FROM release_division WHERE district = $1 AND level = 'community'
)
SELECT b.id, b.code, ST_X(b.point), ST_Y(b.point), b.area_code, b.code ~ '^[0-9]{17}$' AND c.code IS NOT NULL, r.code IS NOT NULL,
       f.code IS NOT NULL AND f.code <> '', coalesce(f.code <> '' AND ST_Contains(f.g, p.g), false), coalesce(ST_Covers(f.g, p.g), false)
FROM (SELECT * FROM building WHERE district = $1 ORDER BY area_code) b
CROSS JOIN LATERAL (SELECT ST_SnapToGrid(ST_Scale(b.point, 1e7, 1e7), 1) AS g OFFSET 0) p
LEFT JOIN face f ON f.code = b.area_code
LEFT JOIN community c ON c.code = left(b.code, 12)
LEFT JOIN building_retired r ON r.district = b.district AND r.code = b.code

-- name: doctor-orphans
-- $1 district
WITH code AS MATERIALIZED (
    SELECT code FROM sheet_face WHERE district = $1
    UNION SELECT code FROM release_division WHERE district = $1
)
SELECT format('timeline %s %s', t.release, t.valid), format('release %s', t.release)
FROM timeline t WHERE t.district = $1 AND NOT EXISTS (SELECT FROM release r WHERE r.district = $1 AND r.n = t.release)
UNION ALL
SELECT 'head', format('release %s', h.release)
FROM head h WHERE h.district = $1 AND h.release IS NOT NULL AND NOT EXISTS (SELECT FROM release r WHERE r.district = $1 AND r.n = h.release)
UNION ALL
SELECT format('release %s', c.n), format('release %s', c.corrects)
FROM release c WHERE c.district = $1 AND c.corrects IS NOT NULL AND NOT EXISTS (SELECT FROM release r WHERE r.district = $1 AND r.n = c.corrects)
UNION ALL
SELECT format('release_sheet %s %s', x.release, x.community), format('release %s', x.release)
FROM release_sheet x WHERE x.district = $1 AND NOT EXISTS (SELECT FROM release r WHERE r.district = $1 AND r.n = x.release)
UNION ALL
SELECT format('release_sheet %s %s', x.release, x.community), format('sheet %s', encode(x.sheet, 'hex'))
FROM release_sheet x
WHERE x.district = $1 AND NOT EXISTS (SELECT FROM sheet s WHERE s.district = $1 AND s.sheet = x.sheet AND s.community = x.community)
UNION ALL
SELECT format('release_sheet %s %s', x.release, x.community), format('release_division %s %s', x.release, x.community)
FROM release_sheet x
WHERE x.district = $1 AND NOT EXISTS (SELECT FROM release_division d WHERE d.district = $1 AND d.release = x.release AND d.code = x.community)
UNION ALL
SELECT format('release_division %s %s', d.release, d.code), format('release %s', d.release)
FROM release_division d WHERE d.district = $1 AND NOT EXISTS (SELECT FROM release r WHERE r.district = $1 AND r.n = d.release)
UNION ALL
SELECT format('release_division %s %s', d.release, d.code), format('outline %s', encode(d.outline, 'hex'))
FROM release_division d WHERE d.district = $1 AND NOT EXISTS (SELECT FROM outline o WHERE o.district = $1 AND o.outline = d.outline)
UNION ALL
SELECT format('release_division %s %s', d.release, d.code), format('release_sheet %s %s', d.release, d.code)
FROM release_division d
WHERE d.district = $1 AND d.level = 'community'
  AND NOT EXISTS (SELECT FROM release_sheet x WHERE x.district = $1 AND x.release = d.release AND x.community = d.code)
UNION ALL
SELECT format('release %s', r.n), format('release_division %s %s', r.n, $1)
FROM release r WHERE r.district = $1 AND NOT EXISTS (SELECT FROM release_division d WHERE d.district = $1 AND d.release = r.n AND d.code = $1)
UNION ALL
SELECT format('sheet %s', encode(s.sheet, 'hex')), 'sheet_face'
FROM sheet s WHERE s.district = $1 AND NOT EXISTS (SELECT FROM sheet_face f WHERE f.district = $1 AND f.sheet = s.sheet)
UNION ALL
SELECT format('sheet %s', encode(s.sheet, 'hex')), 'release_sheet'
FROM sheet s WHERE s.district = $1 AND NOT EXISTS (SELECT FROM release_sheet x WHERE x.district = $1 AND x.sheet = s.sheet)
UNION ALL
SELECT format('sheet_face %s', f.code), format('sheet %s', encode(f.sheet, 'hex'))
FROM sheet_face f WHERE f.district = $1 AND NOT EXISTS (SELECT FROM sheet s WHERE s.district = $1 AND s.sheet = f.sheet)
UNION ALL
SELECT format('outline %s', encode(o.outline, 'hex')), 'release_division'
FROM outline o WHERE o.district = $1 AND NOT EXISTS (SELECT FROM release_division d WHERE d.district = $1 AND d.outline = o.outline)
UNION ALL
SELECT format('lineage %s %s → %s', l.release, l.from_code, l.to_code), format('release %s', l.release)
FROM lineage l WHERE l.district = $1 AND NOT EXISTS (SELECT FROM release r WHERE r.district = $1 AND r.n = l.release)
UNION ALL
SELECT format('lineage %s %s → %s', l.release, l.from_code, l.to_code), c
FROM lineage l, unnest(ARRAY[l.from_code, l.to_code]) c
WHERE l.district = $1 AND c <> '' AND NOT EXISTS (SELECT FROM code WHERE code.code = c)
UNION ALL
SELECT format('move %s %s/%s', m.release, m.kind, m.id), format('release %s', m.release)
FROM move m WHERE m.district = $1 AND NOT EXISTS (SELECT FROM release r WHERE r.district = $1 AND r.n = m.release)
UNION ALL
SELECT format('move %s %s/%s', m.release, m.kind, m.id), c
FROM move m, unnest(ARRAY[m.from_code, m.to_code]) c
WHERE m.district = $1 AND c <> '' AND NOT EXISTS (SELECT FROM code WHERE code.code = c)
UNION ALL
SELECT format('location %s/%s', l.kind, l.id), format('release %s', l.release)
FROM location l WHERE l.district = $1 AND NOT EXISTS (SELECT FROM release r WHERE r.district = $1 AND r.n = l.release)
UNION ALL
SELECT format('location %s/%s', l.kind, l.id), format('batch %s', l.batch)
FROM location l WHERE l.district = $1 AND l.batch <> '' AND NOT EXISTS (SELECT FROM batch b WHERE b.district = $1 AND b.batch = l.batch)

-- name: doctor-foundations
-- What is wrong with the schema itself: a rule, a name, a table or another detail.
SELECT 'index-invalid', c.relname, ''
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'release'::regclass) AND NOT (i.indisvalid AND i.indisready AND i.indislive)
UNION ALL
SELECT 'constraint-unproven', k.conname, k.conrelid::regclass::text
FROM pg_constraint k
WHERE k.connamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'release'::regclass) AND NOT k.convalidated
UNION ALL
SELECT DISTINCT 'trigger-off', c.relname, ''
FROM pg_trigger g
JOIN pg_class c ON c.oid = g.tgrelid
WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'release'::regclass) AND g.tgenabled <> 'O'
UNION ALL
SELECT 'checksum-failures', checksum_failures::text, ''
FROM pg_stat_database
WHERE datname = current_database() AND checksum_failures > 0
UNION ALL
SELECT 'extension-behind', e.name, e.installed_version || ' ' || e.default_version
FROM pg_available_extensions e
WHERE e.name IN ('postgis', 'btree_gist') AND e.installed_version <> e.default_version
UNION ALL
SELECT 'schema-left-over', n.nspname, (coalesce(sum(pg_total_relation_size(c.oid)), 0) / 1048576)::bigint::text
FROM pg_namespace n
LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r'
WHERE n.nspname IN ('zhuwang_restoring', 'zhuwang_before') AND n.oid <> (SELECT relnamespace FROM pg_class WHERE oid = 'release'::regclass)
GROUP BY n.nspname

-- name: doctor-catalogue
-- The names of all that the migrations make. Definitions are left out: PostgreSQL's versions write them in different ways.
WITH own AS (SELECT relnamespace AS oid FROM pg_class WHERE oid = 'release'::regclass)
SELECT format('%s %s', CASE c.relkind WHEN 'i' THEN 'index' WHEN 'v' THEN 'view' ELSE 'table' END, c.relname)
FROM pg_class c JOIN own ON own.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'i') AND c.relname NOT LIKE 'schema\_version%'
UNION ALL
SELECT format('column %s.%s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod))
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN own ON own.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'schema_version'
UNION ALL
SELECT format('constraint %s on %s', k.conname, c.relname)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN own ON own.oid = c.relnamespace
WHERE k.contype IN ('p', 'u', 'f', 'x', 'c') AND c.relname <> 'schema_version'
ORDER BY 1
