-- name: audit-put
-- $1 district, $2 at, $3 account, $4 via, $5 address, $6 action, $7 object, $8 detail
INSERT INTO audit (district, at, account, via, address, action, object, detail)
VALUES ($1, coalesce($2, clock_timestamp()), $3, $4, $5, $6, $7, $8)

-- name: audit
-- $1 district; the filter: $2 account, $3 action, $4 object, $5 since, $6 until; $7 and $8 the last one of the page before (at, id), $9 limit
-- What is null asks for nothing.
SELECT a.district, a.id, a.at, a.account, a.via, a.address, a.action, a.object, a.detail
FROM audit a
WHERE a.district = $1 AND ($2::text IS NULL OR a.account = $2) AND ($3::text IS NULL OR a.action = $3) AND ($4::text IS NULL OR a.object = $4)
  AND ($5::timestamptz IS NULL OR a.at >= $5) AND ($6::timestamptz IS NULL OR a.at < $6)
  AND ($7::timestamptz IS NULL OR (a.at, a.id) < ($7, $8::bigint))
ORDER BY a.at DESC, a.id DESC
LIMIT $9
