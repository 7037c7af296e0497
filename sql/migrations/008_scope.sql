-- +goose Up
SET LOCAL citus.multi_shard_modify_mode TO 'sequential';

-- The scope rule, once more in the database. Who asks for whole districts asks as zhuwang_all, to whom the rows of every district are open: each of its queries
-- is bound to one. Who asks for less asks as zhuwang_part and says for which codes, in the transaction: SET LOCAL zhuwang.scope = '450105001,450105002003'.
-- A policy sees nothing but that setting and the row: no other table, no function of ours (Citus evaluates it on its workers). Without the setting
-- there is no row.
--
--   holds     the row's grid lies under one of the prefixes. The first and the last prefix bound an index scan; where there are more, each row is compared
--   touches   a division that holds one of the prefixes, or lies under one
--   district  of one of the prefixes
--   nothing   what no part of a district may see
-- +goose StatementBegin
DO $$
DECLARE
    scope    CONSTANT text := $s$nullif(current_setting('zhuwang.scope', true), '')$s$;
    holds    CONSTANT text := replace($s$%1$I >= split_part(SCOPE, ',', 1) AND %1$I < split_part(SCOPE, ',', -1) || ':'
        AND (strpos(SCOPE, ',') = 0 OR %1$I ^@ ANY (string_to_array(SCOPE, ',')))$s$, 'SCOPE', scope);
    touches  CONSTANT text := replace($s$%1$I <> '' AND strpos(',' || SCOPE, ',' || %1$I) > 0 OR $s$, 'SCOPE', scope) || holds;
    district CONSTANT text := replace($s$strpos(',' || SCOPE, ',' || district) > 0$s$, 'SCOPE', scope);
    t record;
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO zhuwang_all, zhuwang_part', current_schema());
    EXECUTE format('ALTER SCHEMA %I OWNER TO zhuwang_owner', current_schema());
    FOR t IN SELECT * FROM (VALUES
        ('release', district), ('timeline', district), ('head', district),
        ('sheet', format(touches, 'community')), ('sheet_face', format(holds, 'code')), ('release_sheet', format(touches, 'community')),
        ('outline', district), ('release_division', format(touches, 'code')), ('register', format(touches, 'code')),
        ('lineage', format('(' || holds || ') OR (' || replace(holds, '%1', '%2') || ')', 'from_code', 'to_code')),
        ('move', format('(' || holds || ') OR (' || replace(holds, '%1', '%2') || ')', 'from_code', 'to_code')),
        ('building', format(holds, 'area_code')), ('building_retired', 'false'), ('location', format(holds, 'area_code')), ('batch', district),
        ('base', district), ('revision', district), ('event', format(touches, 'scope'))
    ) AS v (name, part) LOOP
        EXECUTE format('ALTER TABLE %I OWNER TO zhuwang_owner', t.name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t.name);
        EXECUTE format('CREATE POLICY whole ON %I FOR SELECT TO zhuwang_all USING (true)', t.name);
        EXECUTE format('CREATE POLICY part ON %I FOR SELECT TO zhuwang_part USING (%s)', t.name, t.part);
        EXECUTE format('GRANT SELECT ON %I TO zhuwang_all, zhuwang_part', t.name);
    END LOOP;
    FOR t IN SELECT * FROM (VALUES ('grid'), ('division')) AS v (name) LOOP -- which see what the one who asks may see
        EXECUTE format('ALTER VIEW %I OWNER TO zhuwang_owner', t.name);
        EXECUTE format('ALTER VIEW %I SET (security_invoker = true)', t.name);
        EXECUTE format('GRANT SELECT ON %I TO zhuwang_all, zhuwang_part', t.name);
    END LOOP;
END
$$;
-- +goose StatementEnd
