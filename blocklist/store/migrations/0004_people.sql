-- Who works here, who reports by machine, what was appealed, and what each did. Secrets are kept hashed only.

CREATE TABLE staff (
    id       INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    role     TEXT NOT NULL,
    secret   TEXT NOT NULL,             -- Argon2id, with its own salt and cost
    made_at  TEXT NOT NULL,
    ended_at TEXT                       -- NULL: may log in
) STRICT;

CREATE TABLE sessions (
    digest     BLOB PRIMARY KEY,        -- SHA-256 of the token in the cookie
    staff      INTEGER NOT NULL REFERENCES staff (id),
    form_token TEXT NOT NULL,           -- what each form must send back
    seen_at    TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
    id       TEXT PRIMARY KEY,          -- the public part of the key
    digest   BLOB NOT NULL,             -- SHA-256 of the secret part: 256 random bits need no slow hash
    name     TEXT NOT NULL,
    role     TEXT NOT NULL,
    daily    INTEGER NOT NULL,          -- shares a day
    made_at  TEXT NOT NULL,
    ended_at TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE api_key_days (
    key    TEXT NOT NULL REFERENCES api_keys (id),
    day    TEXT NOT NULL,
    shares INTEGER NOT NULL,
    PRIMARY KEY (key, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE answers (                  -- of requests with an idempotency key, to be given again
    key      TEXT NOT NULL,
    name     TEXT NOT NULL,             -- the request's own key
    digest   BLOB NOT NULL,             -- of the request's body
    answer   BLOB NOT NULL,
    given_at TEXT NOT NULL,
    PRIMARY KEY (key, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE withdrawals (              -- decisions that were undone, and hold no more
    decision INTEGER PRIMARY KEY REFERENCES decisions (id),
    reason   TEXT NOT NULL,
    by       TEXT NOT NULL,
    at       TEXT NOT NULL
) STRICT;

CREATE TABLE proposals (                -- decisions that wait for a second person
    id          INTEGER PRIMARY KEY,
    link        INTEGER NOT NULL REFERENCES links (id),
    action      TEXT NOT NULL,
    category    TEXT,
    grade       INTEGER,
    scope       TEXT,
    reason      TEXT NOT NULL,
    by          TEXT NOT NULL,
    decided_at  TEXT NOT NULL,
    why         TEXT NOT NULL,          -- what needs a second person: guarded-host, domain-scope …
    settled_at  TEXT,                   -- NULL: waits
    settled_by  TEXT,
    decision    INTEGER REFERENCES decisions (id)  -- NULL: waits, or was refused
) STRICT;

CREATE INDEX proposals_link ON proposals (link);

CREATE TABLE notes (                    -- what is no decision: escalated, to be captured again
    id     INTEGER PRIMARY KEY,
    link   INTEGER NOT NULL REFERENCES links (id),
    kind   TEXT NOT NULL,
    reason TEXT NOT NULL,
    by     TEXT NOT NULL,
    at     TEXT NOT NULL
) STRICT;

CREATE INDEX notes_link ON notes (link);

CREATE TABLE appeals (
    id         INTEGER PRIMARY KEY,
    ticket     BLOB NOT NULL UNIQUE,    -- SHA-256 of the ticket: who holds it sees the appeal's page
    entry      TEXT NOT NULL,
    link       INTEGER REFERENCES links (id),  -- whose page the entry lists; NULL: it had left already
    statement  TEXT NOT NULL,           -- contacts masked
    contact    BLOB,                    -- sealed; NULL: not given, or erased
    proof      TEXT NOT NULL,           -- asked by: dns, file, or empty
    proof_host TEXT NOT NULL,
    proof_word TEXT NOT NULL,           -- what the owner publishes
    proved_at  TEXT,
    made_at    TEXT NOT NULL,
    due_at     TEXT NOT NULL,           -- the published time for an answer
    settled_at TEXT,
    settled_by TEXT,
    outcome    TEXT,                    -- upheld, rejected
    reason     TEXT,                    -- told to the claimant
    decision   INTEGER REFERENCES decisions (id)
) STRICT;

CREATE INDEX appeals_open ON appeals (due_at) WHERE settled_at IS NULL;

CREATE TABLE audit (                    -- who did what; each line carries the digest of all before it
    number  INTEGER PRIMARY KEY,        -- from 1
    at      TEXT NOT NULL,
    by      TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL,
    chain   BLOB NOT NULL               -- SHA-256 of the chain before and this line
) STRICT;

CREATE TRIGGER withdrawals_are_not_changed BEFORE UPDATE ON withdrawals
BEGIN SELECT raise(ABORT, 'withdrawals are append-only'); END;
CREATE TRIGGER withdrawals_are_not_deleted BEFORE DELETE ON withdrawals
BEGIN SELECT raise(ABORT, 'withdrawals are append-only'); END;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT raise(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT raise(ABORT, 'audit is append-only'); END;

CREATE INDEX links_due_at ON links (due_at) WHERE due_at IS NOT NULL;  -- how many wait before one

CREATE VIEW held_decisions AS           -- those that were not undone
SELECT * FROM decisions WHERE id NOT IN (SELECT decision FROM withdrawals);

DROP VIEW current_decisions;
CREATE VIEW current_decisions AS
SELECT held.* FROM held_decisions AS held
WHERE held.id = (SELECT max(id) FROM held_decisions AS newer WHERE newer.link = held.link);
