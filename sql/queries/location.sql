-- name: write-share
-- $1 district
-- Writers share this lock, a publication owns it. Unlike a row's lock it is given in the order of asking, so that a publication is never
-- kept waiting by writers that came after it. The number is the application's: 'ZW'.
SELECT pg_advisory_xact_lock_shared(23127, $1::text::integer)

-- name: write-own
-- $1 district
SELECT pg_advisory_xact_lock(23127, $1::text::integer)

-- name: write-head
-- $1 district
-- The release in force, which stays so while the row is locked, and the moment.
SELECT coalesce(h.release, 0), r.made_at, clock_timestamp()
FROM head h
LEFT JOIN release r ON r.district = h.district AND r.n = h.release
WHERE h.district = $1
FOR SHARE OF h

-- name: locations-add
-- $1 district, $2 release, $3 by, $4 now; arrays: $5 kinds, $6 ids, $7 at, $8 longitudes, $9 latitudes, $10 datums, $11 accuracies, $12 attributes,
-- $13 batches, $14 and $15 longitudes and latitudes on the lattice, $16 codes of the grids, $17 hows
INSERT INTO location (district, kind, id, at, raw_lon, raw_lat, crs, accuracy_m, attributes, batch, geom, area_code, how, release, reason, by, made_at, changed, revision)
SELECT $1, p.kind, p.id, p.at, p.raw_lon, p.raw_lat, p.crs, p.accuracy_m, p.attributes::jsonb, p.batch, ST_SetSRID(ST_MakePoint(p.x, p.y), 4490),
       p.area_code, p.how, $2, '', $3, $4, $4, 1
FROM unnest($5::text[], $6::text[], $7::timestamptz[], $8::float8[], $9::float8[], $10::text[], $11::float8[], $12::text[], $13::text[], $14::float8[], $15::float8[],
            $16::text[], $17::text[])
     AS p (kind, id, at, raw_lon, raw_lat, crs, accuracy_m, attributes, batch, x, y, area_code, how)
ON CONFLICT (district, kind, id) DO NOTHING

-- name: locations-any
-- $1 district, $2 kinds, $3 ids
SELECT EXISTS (SELECT FROM unnest($2::text[], $3::text[]) AS k (kind, id) JOIN location l ON l.district = $1 AND l.kind = k.kind AND l.id = k.id)

-- name: locations-lock
-- $1 district, $2 kinds, $3 ids
-- In one order, so that two writers wait for each other in one direction.
SELECT FROM unnest($2::text[], $3::text[]) AS k (kind, id)
JOIN location l ON l.district = $1 AND l.kind = k.kind AND l.id = k.id
ORDER BY l.kind, l.id
FOR UPDATE OF l

-- name: locations-known
-- $1 district, $2 kinds, $3 ids
-- Without those that this transaction wrote.
SELECT l.kind, l.id, l.at, l.raw_lon, l.raw_lat, l.crs, l.accuracy_m, l.attributes::text, l.batch, l.geom, l.area_code, l.how, l.release, l.reason, l.by, l.made_at,
       l.changed, l.revision
FROM unnest($2::text[], $3::text[]) AS k (kind, id)
JOIN location l ON l.district = $1 AND l.kind = k.kind AND l.id = k.id
WHERE l.tx <> pg_current_xact_id()

-- name: locations-set
-- $1 district, $2 release, $3 now; arrays: $4 kinds, $5 ids, $6 at, $7 longitudes, $8 latitudes, $9 datums, $10 accuracies, $11 attributes, $12 batches,
-- $13 and $14 longitudes and latitudes on the lattice, $15 codes of the grids, $16 hows, $17 reasons, $18 by
UPDATE location l
SET at = p.at, raw_lon = p.raw_lon, raw_lat = p.raw_lat, crs = p.crs, accuracy_m = p.accuracy_m, attributes = p.attributes::jsonb, batch = p.batch,
    geom = ST_SetSRID(ST_MakePoint(p.x, p.y), 4490), area_code = p.area_code, how = p.how, release = $2, reason = p.reason, by = p.by, changed = $3,
    revision = l.revision + 1, tx = pg_current_xact_id()
FROM unnest($4::text[], $5::text[], $6::timestamptz[], $7::float8[], $8::float8[], $9::text[], $10::float8[], $11::text[], $12::text[], $13::float8[], $14::float8[],
            $15::text[], $16::text[], $17::text[], $18::text[])
     AS p (kind, id, at, raw_lon, raw_lat, crs, accuracy_m, attributes, batch, x, y, area_code, how, reason, by)
WHERE l.district = $1 AND l.kind = p.kind AND l.id = p.id

-- name: location
-- $1 district, $2 kind, $3 id
SELECT l.kind, l.id, l.at, l.raw_lon, l.raw_lat, l.crs, l.accuracy_m, l.attributes::text, l.batch, l.geom, l.area_code, l.how, l.release, l.reason, l.by, l.made_at,
       l.changed, l.revision
FROM location l
WHERE l.district = $1 AND l.kind = $2 AND l.id = $3

-- name: locations
-- $1 district; the filter: $2 kinds, $3 code of an area, $4 outside alone, $5 hows, $6 since, $7 until, $8 batch, $9–$12 box, $13 beginning of the id, its least
-- successor being $14; $15–$17 the last one of the page before (at, kind, id), $18 limit
-- What is null or empty asks for nothing. The plan is made with the values, so that each question finds its index.
SELECT l.kind, l.id, l.at, l.raw_lon, l.raw_lat, l.crs, l.accuracy_m, l.attributes::text, l.batch, l.geom, l.area_code, l.how, l.release, l.reason, l.by, l.made_at,
       l.changed, l.revision
FROM location l
WHERE l.district = $1 AND ($2::text[] IS NULL OR l.kind = ANY ($2)) AND ($3::text = '' OR l.area_code >= $3 AND l.area_code < $3 || ':') AND (NOT $4 OR l.area_code = '')
  AND ($5::text[] IS NULL OR l.how = ANY ($5)) AND ($6::timestamptz IS NULL OR l.at >= $6) AND ($7::timestamptz IS NULL OR l.at < $7)
  AND ($8::text = '' OR l.batch = $8 AND l.batch <> '')
  AND ($9::float8 IS NULL OR l.geom && ST_MakeEnvelope($9, $10, $11, $12, 4490) AND ST_X(l.geom) BETWEEN $9 AND $11 AND ST_Y(l.geom) BETWEEN $10 AND $12)
  AND ($13::text = '' OR l.id >= $13 AND ($14::text = '' OR l.id < $14))
  AND ($15::timestamptz IS NULL OR (l.at, l.kind, l.id) < ($15, $16::text, $17::text))
ORDER BY l.at DESC, l.kind DESC, l.id DESC
LIMIT $18

-- name: locations-count
-- $1 district, $2–$14 the filter as of `locations`; $15 length of the codes counted by (0: not by area), $16 by kind, $17 by day, $18 time zone
SELECT left(l.area_code, $15) AS code, CASE WHEN $16 THEN l.kind ELSE '' END AS kind, CASE WHEN $17 THEN (l.at AT TIME ZONE $18)::date END AS day, count(*)
FROM location l
WHERE l.district = $1 AND ($2::text[] IS NULL OR l.kind = ANY ($2)) AND ($3::text = '' OR l.area_code >= $3 AND l.area_code < $3 || ':') AND (NOT $4 OR l.area_code = '')
  AND ($5::text[] IS NULL OR l.how = ANY ($5)) AND ($6::timestamptz IS NULL OR l.at >= $6) AND ($7::timestamptz IS NULL OR l.at < $7)
  AND ($8::text = '' OR l.batch = $8 AND l.batch <> '')
  AND ($9::float8 IS NULL OR l.geom && ST_MakeEnvelope($9, $10, $11, $12, 4490) AND ST_X(l.geom) BETWEEN $9 AND $11 AND ST_Y(l.geom) BETWEEN $10 AND $12)
  AND ($13::text = '' OR l.id >= $13 AND ($14::text = '' OR l.id < $14))
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3

-- name: locations-since
-- $1 district, $2 transaction (0: everything)
-- A row of a dump that was restored may bear a transaction that is yet to come here; such a row is old.
SELECT l.kind, l.id, l.at, l.raw_lon, l.raw_lat, l.crs, l.accuracy_m, l.attributes::text, l.batch, l.geom, l.area_code, l.how, l.release, l.reason, l.by, l.made_at,
       l.changed, l.revision
FROM location l
WHERE l.district = $1 AND ($2::text::xid8 = '0'::xid8 OR l.tx >= $2::text::xid8 AND l.tx < pg_snapshot_xmax(pg_current_snapshot()))

-- name: locations-next
-- All that is not visible to this snapshot will bear this transaction or a later one.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text

-- name: batch
-- $1 district, $2 batch
SELECT batch, source, crs, done, by, made_at, changed FROM batch WHERE district = $1 AND batch = $2

-- name: batch-lock
-- $1 district, $2 batch
SELECT batch, source, crs, done, by, made_at, changed FROM batch WHERE district = $1 AND batch = $2 FOR UPDATE

-- name: batch-set
-- $1 district, $2 batch, $3 datum, $4 done, $5 by, $6 now
UPDATE batch SET crs = $3, done = $4, by = $5, changed = $6 WHERE district = $1 AND batch = $2

-- name: batch-make
-- $1 district, $2 batch, $3 source, $4 datum, $5 by, $6 now
INSERT INTO batch (district, batch, source, crs, done, by, made_at, changed)
VALUES ($1, $2, $3, $4, 0, $5, $6, $6)
ON CONFLICT (district, batch) DO NOTHING

-- name: batches
-- $1 district
SELECT b.batch, b.source, b.crs, b.done, b.by, b.made_at, b.changed, count(l.id), coalesce(array_agg(DISTINCT l.kind) FILTER (WHERE l.kind IS NOT NULL), '{}')
FROM batch b
LEFT JOIN location l ON l.district = b.district AND l.batch = b.batch AND l.batch <> ''
WHERE b.district = $1
GROUP BY b.district, b.batch
ORDER BY b.made_at DESC, b.batch

-- name: batch-locations
-- $1 district, $2 batch
DECLARE pages NO SCROLL CURSOR FOR
SELECT l.kind, l.id, l.at, l.raw_lon, l.raw_lat, l.crs, l.accuracy_m, l.attributes::text, l.batch, l.geom, l.area_code, l.how, l.release, l.reason, l.by, l.made_at,
       l.changed, l.revision
FROM location l
WHERE l.district = $1 AND l.batch = $2 AND l.batch <> ''

-- name: locations-in
-- $1 district, $2–$5 boxes: least longitudes and latitudes, greatest longitudes and latitudes; $6 codes of grids
-- The places in a box, and what a person gave to one of the grids. Boxes overlap.
DECLARE pages NO SCROLL CURSOR FOR
SELECT DISTINCT ON (l.kind, l.id) l.kind, l.id, l.geom, l.area_code, l.how
FROM (
    SELECT l.kind, l.id, l.geom, l.area_code, l.how
    FROM unnest($2::float8[], $3::float8[], $4::float8[], $5::float8[]) AS box (x0, y0, x1, y1)
    JOIN location l ON l.district = $1 AND l.geom && ST_MakeEnvelope(box.x0, box.y0, box.x1, box.y1, 4490)
        -- boxes in the index are in single precision
        AND ST_X(l.geom) BETWEEN box.x0 AND box.x1 AND ST_Y(l.geom) BETWEEN box.y0 AND box.y1
    UNION ALL
    SELECT l.kind, l.id, l.geom, l.area_code, l.how
    FROM location l
    WHERE l.district = $1 AND l.area_code = ANY ($6) AND l.how = 'manual'
) l
ORDER BY l.kind, l.id

-- name: pages-next
FETCH 10000 FROM pages

-- name: pages-close
CLOSE pages

-- name: locations-move
-- $1 district, $2 release, $3 by, $4 now; arrays: $5 kinds, $6 ids, $7 codes of the grids, $8 hows
UPDATE location l
SET area_code = p.area_code, how = p.how, release = $2, reason = '', by = $3, changed = $4, revision = l.revision + 1, tx = pg_current_xact_id()
FROM unnest($5::text[], $6::text[], $7::text[], $8::text[]) AS p (kind, id, area_code, how)
WHERE l.district = $1 AND l.kind = p.kind AND l.id = p.id

-- name: moves-put
-- $1 district, $2 release; arrays: $3 kinds, $4 ids, $5 codes of the grids before, $6 after
INSERT INTO move (district, release, kind, id, from_code, to_code)
SELECT $1, $2, m.kind, m.id, m.from_code, m.to_code
FROM unnest($3::text[], $4::text[], $5::text[], $6::text[]) AS m (kind, id, from_code, to_code)
ON CONFLICT (district, release, kind, id) DO NOTHING

-- name: moves
-- $1 district, $2 after this release, $3 up to this one
SELECT m.kind, m.from_code, m.to_code, count(*)
FROM (
    SELECT kind, id, (array_agg(from_code ORDER BY release))[1] AS from_code, (array_agg(to_code ORDER BY release DESC))[1] AS to_code
    FROM move
    WHERE district = $1 AND release > $2 AND release <= $3
    GROUP BY kind, id
) m
WHERE m.from_code <> m.to_code
GROUP BY m.kind, m.from_code, m.to_code
ORDER BY m.kind, m.from_code, m.to_code
