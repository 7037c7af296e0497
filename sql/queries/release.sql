-- name: ping
SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean

-- name: ping-room
-- Rows that do not fit into the memory given to a query go to a file on the database's disk, which must have room for a megabyte.
SELECT count(*) FROM generate_series(1, 30000)

-- name: ping-log
-- A transaction that changes no row, yet whose commit waits for the write-ahead log.
SELECT pg_logical_emit_message(true, 'zhuwang', 'ready') IS NOT NULL

-- name: districts
SELECT r.district, coalesce(d.name, ''), coalesce(h.release, 0), m.made_at, lower(t.valid)
FROM (SELECT district, max(n) AS last FROM release GROUP BY district) r
LEFT JOIN head h ON h.district = r.district
LEFT JOIN release m ON m.district = h.district AND m.n = h.release
LEFT JOIN timeline t ON t.district = h.district AND t.release = h.release AND upper_inf(t.valid) AND upper_inf(t.recorded)
LEFT JOIN release_division d ON d.district = r.district AND d.release = coalesce(h.release, r.last) AND d.code = r.district
ORDER BY r.district

-- name: states
SELECT r.district, r.last, coalesce(h.release, 0), coalesce(a.n, 0), coalesce(b.n, 0)
FROM (SELECT district, max(n) AS last FROM release GROUP BY district) r
LEFT JOIN head h ON h.district = r.district
LEFT JOIN revision a ON a.district = r.district AND a.layer_set = 'base'
LEFT JOIN revision b ON b.district = r.district AND b.layer_set = 'buildings'
ORDER BY r.district

-- name: releases
-- $1 district
SELECT district, n, made_at, by, note, coalesce(corrects, 0)
FROM release
WHERE district = $1
ORDER BY n DESC

-- name: release
-- $1 district, $2 number
SELECT district, n, made_at, by, note, coalesce(corrects, 0)
FROM release
WHERE district = $1 AND n = $2

-- name: release-put
-- $1 district, $2 number, $3 made at, $4 by, $5 note, $6 corrects (0: none)
INSERT INTO release (district, n, made_at, by, note, corrects)
VALUES ($1, $2, $3, $4, $5, nullif($6::integer, 0))

-- name: release-there
-- $1 district, $2 number, $3 made at
SELECT EXISTS (SELECT FROM release WHERE district = $1 AND n = $2 AND made_at = $3)

-- name: timeline
-- $1 district
SELECT release, valid, recorded
FROM timeline
WHERE district = $1
ORDER BY lower(recorded), lower(valid) NULLS FIRST

-- name: timeline-close
-- $1 district, $2 release, $3 valid, $4 recorded as it stands, $5 now
UPDATE timeline
SET recorded = tstzrange(lower(recorded), $5)
WHERE district = $1 AND release = $2 AND valid = $3 AND recorded = $4

-- name: timeline-add
-- $1 district, $2 release, $3 valid, $4 recorded
INSERT INTO timeline (district, release, valid, recorded)
VALUES ($1, $2, $3, $4)

-- name: in-force
-- $1 district, $2 at, $3 as known at (null: now)
SELECT release
FROM timeline
WHERE district = $1 AND valid @> $2::timestamptz
  AND CASE WHEN $3::timestamptz IS NULL THEN upper_inf(recorded) ELSE recorded @> $3::timestamptz END

-- name: head-make
-- $1 district
INSERT INTO head (district) VALUES ($1)
ON CONFLICT (district) DO NOTHING

-- name: head-lock
-- $1 district
SELECT coalesce(release, 0) FROM head WHERE district = $1 FOR UPDATE

-- name: head-share
-- $1 district
SELECT release FROM head WHERE district = $1 FOR SHARE

-- name: head-set
-- $1 district, $2 release
UPDATE head SET release = $2 WHERE district = $1

-- name: publication
-- $1 district
-- The last release, and a moment later than all that was recorded: the clock, unless it was set back.
SELECT coalesce((SELECT max(n) FROM release WHERE district = $1), 0),
       greatest(clock_timestamp(), (
           SELECT max(greatest(lower(recorded), upper(recorded))) + interval '1 microsecond' FROM timeline WHERE district = $1
       ))

-- name: used-codes
-- $1 district
SELECT code FROM sheet_face WHERE district = $1
UNION SELECT code FROM release_division WHERE district = $1
UNION SELECT from_code FROM lineage WHERE district = $1 AND from_code <> ''
UNION SELECT to_code FROM lineage WHERE district = $1 AND to_code <> ''
ORDER BY code

-- name: notify
-- $1 district
SELECT pg_notify('zhuwang_release', $1)

-- name: event-put
-- $1 district, $2 topic, $3 release, $4 scope, $5 data, $6 at
INSERT INTO event (district, topic, release, scope, data, at)
VALUES ($1, $2, nullif($3::integer, 0), $4, $5::text::jsonb, $6)

-- name: lineage
-- $1 district, $2 and $3: of the releases after the first up to the second
SELECT release, from_code, to_code, kind, households, buildings, area_m2, from_share, to_share
FROM lineage
WHERE district = $1 AND release > $2 AND release <= $3
ORDER BY release, from_code, to_code
