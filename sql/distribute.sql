-- Distributes every table by district where Citus is installed; where it is not, and on a second run, nothing changes.
-- Parents come before the tables that refer to them.
DO $$
DECLARE
    t text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
        RETURN;
    END IF;
    SET LOCAL citus.multi_shard_modify_mode TO 'sequential';
    FOREACH t IN ARRAY ARRAY[
        'release', 'timeline', 'head', 'sheet', 'sheet_face', 'release_sheet', 'outline', 'release_division', 'lineage',
        'building', 'base', 'revision', 'event', 'register', 'batch', 'location', 'move', 'building_retired', 'audit'
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = format('zhuwang.%I', t)::regclass) THEN
            PERFORM create_distributed_table(format('zhuwang.%I', t), 'district',
                colocate_with := CASE t WHEN 'release' THEN 'none' ELSE 'zhuwang.release' END,
                shard_count := CASE t WHEN 'release' THEN 32 END);
        END IF;
    END LOOP;
    FOREACH t IN ARRAY ARRAY['account', 'account_grant', 'account_key'] LOOP -- of no district, on every node; what refers to them stays beside the first
        IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = format('zhuwang.%I', t)::regclass AND partmethod = 'n' AND repmodel = 't') THEN
            PERFORM create_reference_table(format('zhuwang.%I', t));
        END IF;
    END LOOP;
END
$$;
