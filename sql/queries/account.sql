-- name: account
-- $1 account. With its grants, as JSON.
SELECT a.account, a.kind, a.name, a.staff_no, a.phone, a.email, a.subject, a.password, a.must_set, a.totp, a.totp_step, a.recovery, a.epoch, a.disabled,
       a.made_by, a.made_at, a.changed, a.revision,
       (SELECT coalesce(jsonb_agg(to_jsonb(g) ORDER BY g.made_at, g.id), '[]') FROM account_grant g WHERE g.account = a.account)
FROM account a
WHERE a.account = $1

-- name: account-lock
-- $1 account
SELECT FROM account WHERE account = $1 FOR NO KEY UPDATE

-- name: account-of-subject
-- $1 subject
SELECT account FROM account WHERE subject = $1 AND subject <> ''

-- name: account-of-email
-- $1 e-mail address in lower case
SELECT account FROM account WHERE email = $1 AND email <> ''

-- name: accounts
-- $1 everything?, $2 prefixes, $3 kind or '', $4 role or '', $5 text or '', $6 after, $7 limit
SELECT a.account, a.kind, a.name, a.staff_no, a.phone, a.email, a.subject, '' AS password, a.must_set,
       CASE WHEN a.totp IS NULL THEN NULL ELSE ''::bytea END, a.totp_step, '{}'::bytea[] AS recovery, a.epoch, a.disabled, a.made_by, a.made_at, a.changed, a.revision,
       (SELECT coalesce(jsonb_agg(to_jsonb(g) ORDER BY g.made_at, g.id), '[]') FROM account_grant g WHERE g.account = a.account)
FROM account a
WHERE ($1 OR EXISTS (SELECT FROM account_grant g, unnest($2::text[]) p WHERE g.account = a.account AND g.prefix ^@ p))
  AND ($3::text = '' OR a.kind = $3)
  AND ($4::text = '' OR EXISTS (SELECT FROM account_grant g WHERE g.account = a.account AND g.role = $4 AND g.ended IS NULL AND coalesce(g.until > now(), true)))
  AND ($5::text = '' OR strpos(lower(concat_ws(' ', a.account, a.name, a.staff_no, a.phone, a.email)), lower($5)) > 0)
  AND a.account > $6
ORDER BY a.account
LIMIT $7

-- name: accounts-count
-- $1 everything?, $2 prefixes, $3 kind or '', $4 role or '', $5 text or ''
SELECT count(*)
FROM account a
WHERE ($1 OR EXISTS (SELECT FROM account_grant g, unnest($2::text[]) p WHERE g.account = a.account AND g.prefix ^@ p))
  AND ($3::text = '' OR a.kind = $3)
  AND ($4::text = '' OR EXISTS (SELECT FROM account_grant g WHERE g.account = a.account AND g.role = $4 AND g.ended IS NULL AND coalesce(g.until > now(), true)))
  AND ($5::text = '' OR strpos(lower(concat_ws(' ', a.account, a.name, a.staff_no, a.phone, a.email)), lower($5)) > 0)

-- name: account-add
-- $1 … $17 the columns of account; it was changed when it was made
INSERT INTO account (account, kind, name, staff_no, phone, email, subject, password, must_set, totp, totp_step, recovery, epoch, disabled, made_by, made_at, changed, revision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $17)
ON CONFLICT (account) DO NOTHING

-- name: account-put
-- $1 account, then what can change
UPDATE account
SET name = $2, staff_no = $3, phone = $4, email = $5, subject = $6, password = $7, must_set = $8, totp = $9, totp_step = $10, recovery = $11, epoch = $12,
    disabled = $13, changed = $14, revision = $15
WHERE account = $1

-- name: account-administrators
-- How many people in use are administrators of everything, now and without an end, and can sign in.
SELECT count(*)
FROM account a
WHERE a.kind = 'person' AND a.disabled IS NULL
  AND EXISTS (SELECT FROM account_grant g WHERE g.account = a.account AND g.role = 'administrator' AND g.prefix = '' AND g.ended IS NULL AND g.until IS NULL
              AND coalesce(g.begins <= now(), true))

-- name: account-now
SELECT clock_timestamp()

-- name: account-manage
-- Changes of rights go one at a time.
SELECT pg_advisory_xact_lock(hashtext('zhuwang.account'))

-- name: account-told
-- $1 account
SELECT pg_notify('zhuwang_account', $1)

-- name: grant-add
INSERT INTO account_grant (account, id, role, prefix, begins, until, made_by, made_at, ended_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')

-- name: grant-end
-- $1 account, $2 id, $3 when, $4 by
UPDATE account_grant SET ended = $3, ended_by = $4 WHERE account = $1 AND id = $2 AND ended IS NULL

-- name: key-add
INSERT INTO account_key (id, account, sum, label, role, prefix, begins, until, made_by, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: key
-- $1 id
SELECT k.id, k.account, k.sum, k.label, k.role, k.prefix, k.begins, k.until, k.made_by, k.made_at, k.used, k.revoked
FROM account_key k
WHERE k.id = $1

-- name: key-lock
-- $1 id
SELECT FROM account_key WHERE id = $1 FOR UPDATE

-- name: keys
-- $1 account or '', $2 everything?, $3 prefixes, $4 screens?
SELECT k.id, k.account, k.sum, k.label, k.role, k.prefix, k.begins, k.until, k.made_by, k.made_at, k.used, k.revoked
FROM account_key k
WHERE k.revoked IS NULL AND (k.role = 'screen') = $4
  AND CASE WHEN $1::text <> '' THEN k.account = $1
           ELSE $2 OR EXISTS (SELECT FROM account_grant g, unnest($3::text[]) p WHERE g.account = k.account AND g.prefix ^@ p) END
ORDER BY k.account, k.id

-- name: key-revoke
-- $1 id, $2 when
UPDATE account_key SET revoked = $2 WHERE id = $1 AND revoked IS NULL

-- name: key-sessions-end
-- $1 id of a key
DELETE FROM account_session WHERE key = $1

-- name: key-held
-- $1 SHA-256 of the credential
SELECT k.id, k.account, k.sum, k.label, k.role, k.prefix, k.begins, k.until, k.made_by, k.made_at, k.used, k.revoked
FROM account_key k
JOIN account a ON a.account = k.account
WHERE k.sum = $1 AND k.revoked IS NULL AND a.disabled IS NULL AND coalesce(k.begins <= now(), true) AND coalesce(k.until > now(), true)

-- name: key-used
-- $1 id
UPDATE account_key SET used = now() WHERE id = $1

-- name: session-add
INSERT INTO account_session (sum, account, epoch, key, how, made_at, seen, until, idle, address, agent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: session-held
-- $1 SHA-256 of the credential
SELECT s.sum, s.account, s.epoch, s.key, s.how, s.made_at, s.seen, s.until, s.idle, s.address, s.agent
FROM account_session s
JOIN account a ON a.account = s.account
WHERE s.sum = $1 AND s.epoch = a.epoch AND a.disabled IS NULL AND s.until > now() AND s.seen + s.idle > now()

-- name: session-seen
-- $1 SHA-256 of the credential
UPDATE account_session SET seen = now() WHERE sum = $1

-- name: sessions
-- $1 account
SELECT s.sum, s.account, s.epoch, s.key, s.how, s.made_at, s.seen, s.until, s.idle, s.address, s.agent
FROM account_session s
JOIN account a ON a.account = s.account
WHERE s.account = $1 AND s.epoch = a.epoch AND s.until > now() AND s.seen + s.idle > now()
ORDER BY s.made_at DESC, s.sum

-- name: session-end
-- $1 account, $2 SHA-256 of the credential
DELETE FROM account_session WHERE account = $1 AND sum = $2

-- name: sessions-sweep
-- Takes some of the sessions away that have ended.
DELETE FROM account_session
WHERE sum IN (SELECT s.sum FROM account_session s JOIN account a ON a.account = s.account
              WHERE s.until <= now() OR s.seen + s.idle <= now() OR s.epoch <> a.epoch LIMIT 100)

-- name: attempts-make
-- $1 what
INSERT INTO account_attempt (what, failed, last, free) SELECT w, 0, now(), '-infinity' FROM unnest($1::text[]) w ORDER BY w ON CONFLICT (what) DO NOTHING

-- name: attempts
-- $1 what. The clock is read when the locks are held.
SELECT what, failed, last, free, clock_timestamp() FROM (SELECT * FROM account_attempt WHERE what = ANY ($1) ORDER BY what FOR UPDATE) t ORDER BY what

-- name: attempt-put
-- $1 what, $2 failed, $3 last, $4 free
UPDATE account_attempt SET failed = $2, last = $3, free = $4 WHERE what = $1

-- name: attempts-forget
-- $1 what
DELETE FROM account_attempt WHERE what = ANY ($1)

-- name: attempts-less
-- $1 what. One attempt was not in vain.
UPDATE account_attempt SET failed = greatest(failed - 1, 0), free = least(free, now()) WHERE what = ANY ($1)

-- name: attempts-sweep
-- Takes some of those away that nobody remembers.
DELETE FROM account_attempt WHERE what IN (SELECT what FROM account_attempt WHERE last < now() - interval '1 day' LIMIT 100)
