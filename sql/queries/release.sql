-- name: releases
-- $1 district
SELECT n, made_at, by, note, coalesce(corrects, 0)
FROM release
WHERE district = $1
ORDER BY n DESC
