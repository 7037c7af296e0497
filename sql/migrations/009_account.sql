-- +goose Up
SET LOCAL citus.multi_shard_modify_mode TO 'sequential';

-- Accounts belong to no district: they are few, and every node asks for them. Where Citus is, account, account_grant and account_key are reference
-- tables, and the others lie beside them on the coordinator. Neither role of area scope may touch any of them.

-- One of somebody: a person, a machine, a screen. Its name is for ever: it is disabled, never deleted.
CREATE TABLE account (
    account    text COLLATE "C" NOT NULL CHECK (account <> ''),
    kind       text COLLATE "C" NOT NULL CHECK (kind IN ('person', 'machine', 'screen')),
    name       text NOT NULL,
    staff_no   text NOT NULL,
    phone      text NOT NULL,
    email      text COLLATE "C" NOT NULL,
    subject    text COLLATE "C" NOT NULL, -- issuer and subject at an identity provider; '' for none
    password   text COLLATE "C" NOT NULL, -- argon2id with its parameters; '' for none
    must_set   boolean NOT NULL,          -- the password is to be changed before anything else
    totp       bytea,                     -- secret of the second factor
    totp_step  bigint NOT NULL,           -- of the last code that was taken
    recovery   bytea[] NOT NULL,          -- SHA-256 of the codes that are left
    epoch      bigint NOT NULL,           -- sessions of another one have ended
    disabled   timestamptz,
    made_by    text NOT NULL,
    made_at    timestamptz NOT NULL,
    changed    timestamptz NOT NULL,
    revision   integer NOT NULL,
    PRIMARY KEY (account),
    CHECK (kind = 'person' OR password = '' AND totp IS NULL)
);
CREATE UNIQUE INDEX account_email ON account (email) WHERE email <> '';
CREATE UNIQUE INDEX account_subject ON account (subject) WHERE subject <> '';

-- A role on a prefix of the code set for a time. It is ended, never deleted.
CREATE TABLE account_grant (
    account  text COLLATE "C" NOT NULL REFERENCES account (account),
    id       text COLLATE "C" NOT NULL,
    role     text COLLATE "C" NOT NULL,
    prefix   text COLLATE "C" NOT NULL CHECK (prefix ~ '^([0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})?$'),
    begins   timestamptz, -- null: open
    until    timestamptz, -- null: open
    made_by  text NOT NULL,
    made_at  timestamptz NOT NULL,
    ended    timestamptz,
    ended_by text NOT NULL,
    PRIMARY KEY (account, id),
    CHECK (begins < until)
);
CREATE INDEX account_grant_prefix ON account_grant (prefix);

-- What programs and screens show. Of the credential only its SHA-256 is kept.
CREATE TABLE account_key (
    id      text COLLATE "C" NOT NULL, -- how the credential begins
    account text COLLATE "C" NOT NULL REFERENCES account (account),
    sum     bytea NOT NULL,
    label   text NOT NULL,
    role    text COLLATE "C" NOT NULL,
    prefix  text COLLATE "C" NOT NULL,
    begins  timestamptz,
    until   timestamptz,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL,
    used    timestamptz, -- about when last
    revoked timestamptz,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX account_key_sum ON account_key (sum);
CREATE INDEX account_key_account ON account_key (account);

-- Who is signed in. A backup leaves these out: what was ended must not come back.
CREATE TABLE account_session (
    sum     bytea NOT NULL, -- SHA-256 of the credential
    account text COLLATE "C" NOT NULL REFERENCES account (account),
    epoch   bigint NOT NULL,
    key     text COLLATE "C" NOT NULL, -- the screen's token by which it began; ''
    how     text COLLATE "C" NOT NULL,
    made_at timestamptz NOT NULL,
    seen    timestamptz NOT NULL,
    until   timestamptz NOT NULL,
    idle    interval NOT NULL,
    address text NOT NULL,
    agent   text NOT NULL,
    PRIMARY KEY (sum)
);
CREATE INDEX account_session_account ON account_session (account);
CREATE INDEX account_session_until ON account_session (until);

-- Attempts to sign in that were in vain, by the SHA-256 of whom and from where: what people type for a name may be their password.
CREATE TABLE account_attempt (
    what   text COLLATE "C" NOT NULL,
    failed integer NOT NULL,
    last   timestamptz NOT NULL,
    free   timestamptz NOT NULL, -- from when on it may be tried again
    PRIMARY KEY (what)
);
CREATE INDEX account_attempt_last ON account_attempt (last);

-- Neither role that reads for a caller may touch any of these: who may see which accounts is the program's to say.
-- +goose StatementBegin
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['account', 'account_grant', 'account_key', 'account_session', 'account_attempt'] LOOP
        EXECUTE format('ALTER TABLE %I OWNER TO zhuwang_owner', t);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    END LOOP;
END
$$;
-- +goose StatementEnd
