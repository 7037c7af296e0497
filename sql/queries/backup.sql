-- name: backup-tables
-- The tables of the schema in force with the columns that a backup holds, and the tables that each refers to. What the database makes itself
-- is left out: generated columns, and those of type xid8, which name a transaction of this cluster. So is who is signed in: a session that was
-- ended must not come back.
SELECT c.relname,
       (SELECT array_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.atttypid <> 'xid8'::regtype)::text[],
       (SELECT coalesce(array_agg(DISTINCT p.relname), '{}') FROM pg_constraint k JOIN pg_class p ON p.oid = k.confrelid
        WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> k.conrelid)::text[]
FROM pg_class c
WHERE c.relnamespace = to_regnamespace('zhuwang') AND c.relkind IN ('r', 'p') AND c.relname NOT IN ('account_session', 'account_attempt')
ORDER BY c.relname

-- name: backup-sequences
-- The sequences of identity columns, by table and column, with the last number given.
SELECT c.relname, a.attname, coalesce(pg_sequence_last_value(pg_get_serial_sequence(format('zhuwang.%I', c.relname), a.attname)::regclass), 0)
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = to_regnamespace('zhuwang') AND a.attidentity <> '' AND c.relname <> 'schema_version'
ORDER BY 1, 2

-- name: backup-about
SELECT current_setting('server_version'), postgis_lib_version(), transaction_timestamp()

-- name: backup-districts
SELECT r.district, coalesce(d.name, ''), coalesce(h.release, 0), r.releases
FROM (SELECT district, max(n) AS last, count(*) AS releases FROM release GROUP BY district) r
LEFT JOIN head h ON h.district = r.district
LEFT JOIN release_division d ON d.district = r.district AND d.release = coalesce(h.release, r.last) AND d.code = r.district
ORDER BY 1

-- name: restore-guests
-- How many other sessions of Zhuwang there are on this database.
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'zhuwang' AND pid <> pg_backend_pid()

-- name: restore-indexes
-- $1 schema
-- The indexes that no constraint stands on: name, and the statement that makes it.
SELECT format('%I.%I', n.nspname, c.relname), pg_get_indexdef(c.oid)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid)
ORDER BY 1

-- name: restore-number
-- $1 table, $2 column, $3 last number given
SELECT setval(pg_get_serial_sequence($1, $2), $3)

-- name: backup-others
-- What of this cluster is not Zhuwang's, nor an extension's: databases, and tables of other schemas.
SELECT 'database ' || datname FROM pg_database WHERE NOT datistemplate AND datname NOT IN ('postgres', current_database())
UNION ALL
SELECT format('table %I.%I', n.nspname, c.relname)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('zhuwang', 'zhuwang_before', 'zhuwang_restoring', 'information_schema') AND n.nspname NOT LIKE 'pg\_%'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1
