-- +goose Up
SET LOCAL citus.multi_shard_modify_mode TO 'sequential';

-- Who did or saw what, when and from where: of each district, and as district 000000 of what concerns the whole service.
CREATE TABLE audit (
    district text NOT NULL,
    id       bigint GENERATED ALWAYS AS IDENTITY, -- in no order that means anything
    at       timestamptz NOT NULL,
    account  text COLLATE "C" NOT NULL, -- '' for nobody known
    via      text COLLATE "C" NOT NULL, -- how they are known
    address  text COLLATE "C" NOT NULL, -- from where; '' for the machine itself
    action   text COLLATE "C" NOT NULL CHECK (action <> ''),
    object   text COLLATE "C" NOT NULL,
    detail   text NOT NULL, -- JSON, letter for letter as it was written
    PRIMARY KEY (district, id)
);
CREATE INDEX audit_at ON audit (district, at, id);

-- Rows are only ever added: no role has the right to change one or to take it away. Whoever may see the audit may see all of a district's, for its rows lie in no grid.
ALTER TABLE audit OWNER TO zhuwang_owner;
REVOKE ALL ON audit FROM zhuwang_owner, PUBLIC;
GRANT SELECT, INSERT ON audit TO zhuwang_owner;
ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
CREATE POLICY whole ON audit FOR SELECT TO zhuwang_all USING (true);
CREATE POLICY part ON audit FOR SELECT TO zhuwang_part USING (false);
GRANT SELECT ON audit TO zhuwang_all, zhuwang_part;
