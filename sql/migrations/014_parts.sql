-- +goose Up
SET LOCAL citus.multi_shard_modify_mode TO 'sequential';

-- One prefix has a role of its own. Who asks for less than whole districts says for which codes, in the transaction: SET LOCAL zhuwang.scope = '450105001', and
-- asks as zhuwang_part; for several, '450105001,450105002003', as zhuwang_parts. Asking both of one role made a street cost twice as much.
--
--   holds     the row's grid lies under the prefix: two bounds of an index scan, and no question is asked of a row that it finds. Of several prefixes
--             the first and the last bound the scan, and each row is compared
--   touches   a division that holds one of the prefixes, or lies under one
--   district  of one of the prefixes
--   nothing   what no part of a district may see
-- +goose StatementBegin
DO $$
DECLARE
    scope    CONSTANT text := $s$nullif(current_setting('zhuwang.scope', true), '')$s$;
    bounds   CONSTANT text[] := ARRAY[
        replace($s$%1$I >= SCOPE AND %1$I < SCOPE || ':'$s$, 'SCOPE', scope),
        replace($s$%1$I >= split_part(SCOPE, ',', 1) AND %1$I < split_part(SCOPE, ',', -1) || ':' AND %1$I ^@ ANY (string_to_array(SCOPE, ','))$s$, 'SCOPE', scope)];
    policies CONSTANT text[] := ARRAY['part', 'parts'];
    district CONSTANT text := replace($s$strpos(',' || SCOPE, ',' || district) > 0$s$, 'SCOPE', scope);
    holds    text;
    touches  text;
    t record;
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO zhuwang_parts', current_schema());
    FOR i IN 1..2 LOOP
        holds := bounds[i];
        touches := replace($s$%1$I <> '' AND strpos(',' || SCOPE, ',' || %1$I) > 0 OR $s$, 'SCOPE', scope) || holds;
        FOR t IN SELECT * FROM (VALUES
            ('release', district), ('timeline', district), ('head', district),
            ('sheet', format(touches, 'community')), ('sheet_face', format(holds, 'code')), ('release_sheet', format(touches, 'community')),
            ('outline', district), ('release_division', format(touches, 'code')), ('register', format(touches, 'code')),
            ('lineage', format('(' || holds || ') OR (' || replace(holds, '%1', '%2') || ')', 'from_code', 'to_code')),
            ('move', format('(' || holds || ') OR (' || replace(holds, '%1', '%2') || ')', 'from_code', 'to_code')),
            ('building', format(holds, 'area_code')), ('building_retired', 'false'), ('location', format(holds, 'area_code')), ('batch', district),
            ('base', district), ('revision', district), ('event', format(touches, 'scope')), ('audit', 'false')
        ) AS v (name, rule) LOOP
            EXECUTE format('DROP POLICY IF EXISTS %I ON %I', policies[i], t.name);
            EXECUTE format('CREATE POLICY %I ON %I FOR SELECT TO %I USING (%s)', policies[i], t.name, 'zhuwang_' || policies[i], t.rule);
            EXECUTE format('GRANT SELECT ON %I TO zhuwang_parts', t.name);
        END LOOP;
    END LOOP;
    FOR t IN SELECT * FROM (VALUES ('grid'), ('division')) AS v (name) LOOP
        EXECUTE format('GRANT SELECT ON %I TO zhuwang_parts', t.name);
    END LOOP;
END
$$;
-- +goose StatementEnd
