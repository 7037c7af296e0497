-- The second gate of a publication: is the release a clean coverage at each level? It stands on PostGIS and SQL alone.
-- Shapes are taken to integers (units of 1e-7 degree), where GEOS decides exactly. A vertex is packed as x * 2^32 + y.

-- name: gate
-- $1 district, $2 release
-- Shapes that are not valid, with GEOS's reason and place; shapes with another number of parts than declared; and the parents
-- whose children do not partition them. For those, each ring runs along its edges: the rings of the children count one way and the
-- parent's own the other, and the sum over each undirected edge is zero iff the children cover the parent once.
WITH shape AS MATERIALIZED (
    SELECT 'grid' AS level, s.community AS parent, f.code, f.parts, ST_SnapToGrid(ST_Scale(f.geom, 1e7, 1e7), 1) AS g
    FROM release_sheet s
    JOIN sheet_face f ON f.district = s.district AND f.sheet = s.sheet
    WHERE s.district = $1 AND s.release = $2
    UNION ALL
    SELECT d.level, CASE d.level WHEN 'community' THEN left(d.code, 9) WHEN 'town' THEN left(d.code, 6) ELSE '' END, d.code,
           NULL, ST_SnapToGrid(ST_Scale(o.geom, 1e7, 1e7), 1)
    FROM release_division d
    JOIN outline o ON o.district = d.district AND o.outline = d.outline
    WHERE d.district = $1 AND d.release = $2
), edge AS MATERIALIZED (
    SELECT level, parent, code,
           (ST_X(a)::bigint << 32) + ST_Y(a)::bigint AS a, (ST_X(b)::bigint << 32) + ST_Y(b)::bigint AS b
    FROM shape, ST_DumpSegments(ST_ForcePolygonCCW(g)) AS s, ST_StartPoint(s.geom) AS a, ST_EndPoint(s.geom) AS b
), counted AS (
    SELECT parent, a, b, 1 AS way FROM edge WHERE parent <> ''
    UNION ALL
    SELECT code, a, b, -1 FROM edge WHERE level <> 'grid'
)
SELECT code, reason(d), ST_X(location(d))::bigint, ST_Y(location(d))::bigint
FROM (SELECT code, ST_IsValidDetail(g) AS d FROM shape WHERE NOT ST_IsValid(g)) v
UNION ALL
SELECT code, 'parts', ST_XMin(g)::bigint, ST_YMin(g)::bigint
FROM shape
WHERE parts <> ST_NumGeometries(g)
UNION ALL
SELECT parent, 'edges', (min(lo) + 2147483648) >> 32, min(lo) - ((min(lo) + 2147483648) >> 32 << 32)
FROM (
    SELECT parent, least(a, b) AS lo, greatest(a, b) AS hi
    FROM counted
    GROUP BY 1, 2, 3
    HAVING sum(CASE WHEN a < b THEN way ELSE -way END) <> 0
) e
GROUP BY parent

-- name: gate-regions
-- $1 district, $2 release, $3 parent
-- What is wrong between a parent and its children, largest first: gaps, overlaps, and what lies outside. Areas in m².
WITH child AS MATERIALIZED (
    SELECT f.code, ST_SnapToGrid(ST_Scale(f.geom, 1e7, 1e7), 1) AS g
    FROM release_sheet s
    JOIN sheet_face f ON f.district = s.district AND f.sheet = s.sheet
    WHERE s.district = $1 AND s.release = $2 AND s.community = $3
    UNION ALL
    SELECT d.code, ST_SnapToGrid(ST_Scale(o.geom, 1e7, 1e7), 1)
    FROM release_division d
    JOIN outline o ON o.district = d.district AND o.outline = d.outline
    WHERE d.district = $1 AND d.release = $2
      AND CASE d.level WHEN 'community' THEN left(d.code, 9) WHEN 'town' THEN left(d.code, 6) END = $3
), parent AS MATERIALIZED (
    SELECT ST_Union(ST_SnapToGrid(ST_Scale(o.geom, 1e7, 1e7), 1)) AS g -- empty where there is none
    FROM release_division d
    JOIN outline o ON o.district = d.district AND o.outline = d.outline
    WHERE d.district = $1 AND d.release = $2 AND d.code = $3
), whole AS MATERIALIZED (
    SELECT ST_Union(g) AS g FROM child
), region AS (
    SELECT 'gap' AS rule, coalesce(ST_Difference(p.g, w.g), p.g) AS g FROM parent p, whole w
    UNION ALL
    SELECT 'outside-parent', coalesce(ST_Difference(w.g, p.g), w.g) FROM parent p, whole w
    UNION ALL
    SELECT 'overlap', ST_Intersection(a.g, b.g) FROM child a JOIN child b ON a.code < b.code AND a.g && b.g
), piece AS (
    SELECT rule, d.geom AS g, ST_PointOnSurface(d.geom) AS at, ST_Area(ST_Scale(d.geom, 1e-7, 1e-7)::geography) AS area
    FROM region, ST_Dump(region.g) AS d
    WHERE ST_Dimension(d.geom) = 2
)
SELECT rule, round(ST_X(at))::bigint, round(ST_Y(at))::bigint, area
FROM piece
ORDER BY area DESC
LIMIT 100
