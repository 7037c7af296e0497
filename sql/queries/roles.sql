-- name: roles
-- The roles of the scope rule, where they are missing, and the right of whoever is logged in to take them. All databases of a cluster share them, and
-- another one may be at the same: then it is looked again.
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['zhuwang_owner', 'zhuwang_all', 'zhuwang_part', 'zhuwang_parts'] LOOP
        FOR attempt IN 1..5 LOOP
            BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
                    EXECUTE format('CREATE ROLE %I NOLOGIN', role);
                END IF;
                IF NOT pg_has_role(current_user, role, 'MEMBER') THEN
                    EXECUTE format('GRANT %I TO %I', role, current_user);
                END IF;
                EXIT;
            EXCEPTION WHEN duplicate_object OR unique_violation OR internal_error THEN -- there already; tuple concurrently updated
                IF attempt = 5 THEN
                    RAISE;
                END IF;
            END;
        END LOOP;
    END LOOP;
END
$$

-- name: leakproof
-- A superuser says of the questions about places that they tell nothing of the rows that they are given: only then they use their index under
-- row-level security. docs/decisions/012-scope-in-postgresql.md weighs what an error of theirs could tell.
DO $$
DECLARE
    f regprocedure;
BEGIN
    IF current_setting('is_superuser') <> 'on' THEN
        RETURN;
    END IF;
    FOR f IN
        SELECT p.oid
        FROM pg_proc p
        JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
        JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'postgis'
        WHERE NOT p.proleakproof AND p.prolang = (SELECT oid FROM pg_language WHERE lanname = 'c')
          AND p.proargtypes[0] = to_regtype('geometry') AND p.proargtypes[1] = to_regtype('geometry')
          AND p.proname IN ('geometry_overlaps', 'geometry_within', 'geometry_contains', 'st_intersects', 'st_within', 'st_contains', 'st_covers', 'st_coveredby', 'st_dwithin')
    LOOP
        EXECUTE format('ALTER FUNCTION %s LEAKPROOF', f);
    END LOOP;
END
$$
