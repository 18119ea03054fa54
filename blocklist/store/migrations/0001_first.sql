-- Times are UTC, RFC 3339 with microseconds, so that they compare as text. JSON columns hold arrays or objects.
-- People appear as keyed pseudonyms and masked names only.

CREATE TABLE hosts (
    host               TEXT PRIMARY KEY,
    registrable_domain TEXT,            -- NULL: an IP address, or itself a public suffix
    due_at             TEXT,            -- earliest due_at of its links; NULL: nothing to visit
    leased_by          TEXT,            -- the worker that alone visits this host until leased_until
    leased_until       TEXT,
    next_fetch_at      TEXT             -- no request to this host before; NULL: never asked
) STRICT, WITHOUT ROWID;

CREATE INDEX hosts_due ON hosts (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE links (
    id                INTEGER PRIMARY KEY,
    url               TEXT NOT NULL UNIQUE,  -- as posted, fragment kept
    host              TEXT NOT NULL REFERENCES hosts (host),
    sensitive         TEXT NOT NULL,         -- JSON: why this URL may carry a person
    first_seen        TEXT NOT NULL,
    due_at            TEXT,                  -- next visit; NULL: none
    last_visit_at     TEXT,
    attempts          INTEGER NOT NULL DEFAULT 0,  -- consecutive failed visits
    unreachable_since TEXT,                  -- first failed visit of an unbroken run
    leased_by         TEXT,
    leased_until      TEXT,
    crawl_key         TEXT AS (substr(url, 1, instr(url || '#', '#') - 1))  -- without fragment: may share a visit
) STRICT;

CREATE INDEX links_due ON links (host, due_at);
CREATE INDEX links_leased ON links (leased_by, host) WHERE leased_by IS NOT NULL;

CREATE TABLE shares (
    id           INTEGER PRIMARY KEY,
    link         INTEGER NOT NULL REFERENCES links (id),
    surface      TEXT NOT NULL,
    account      TEXT,                  -- pseudonym
    account_name TEXT NOT NULL,         -- masked
    in_group     TEXT,                  -- pseudonym
    group_name   TEXT NOT NULL,         -- masked
    reporter     TEXT,                  -- pseudonym
    forwarded    INTEGER NOT NULL,
    shared_at    TEXT,
    received_at  TEXT NOT NULL,
    fingerprint  BLOB NOT NULL UNIQUE   -- of all but the names and received_at: the same report twice is one
) STRICT;

CREATE INDEX shares_link ON shares (link);

CREATE TABLE captures (
    id             INTEGER PRIMARY KEY,
    link           INTEGER NOT NULL REFERENCES links (id),
    vantage        TEXT NOT NULL,
    fetched_at     TEXT NOT NULL,
    elapsed_ms     INTEGER NOT NULL,
    hops           TEXT NOT NULL,       -- JSON: [{url, status, via}]
    final_url      TEXT,
    status         INTEGER,
    content_type   TEXT NOT NULL,
    body_sha256    TEXT NOT NULL,
    body_bytes     INTEGER NOT NULL,
    failure        TEXT,
    failure_detail TEXT NOT NULL,
    peer           TEXT NOT NULL,
    tls            TEXT,                -- JSON: {valid, problem, issuer, not_after}
    archive_file   TEXT,
    archive_offset INTEGER,
    archive_length INTEGER
) STRICT;

CREATE INDEX captures_link ON captures (link);

CREATE TABLE verdicts (
    id          INTEGER PRIMARY KEY,
    link        INTEGER NOT NULL REFERENCES links (id),
    landing     TEXT,                   -- what was judged; NULL: unreachable
    title       TEXT NOT NULL,
    label       TEXT NOT NULL,
    category    TEXT,
    grade       INTEGER NOT NULL,
    confidence  REAL NOT NULL,
    publishable INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    evidence    TEXT NOT NULL,          -- JSON: [{rule, kind, category, excerpt, weight}]
    policy      TEXT NOT NULL,          -- digest
    captures    TEXT NOT NULL,          -- JSON: ids, the one that was judged first
    decided_at  TEXT NOT NULL,
    by          TEXT NOT NULL,
    capture     INTEGER REFERENCES captures (id)  -- the first of captures
) STRICT;

CREATE INDEX verdicts_link ON verdicts (link);

CREATE TABLE decisions (
    id         INTEGER PRIMARY KEY,
    link       INTEGER NOT NULL REFERENCES links (id),
    action     TEXT NOT NULL,
    category   TEXT,
    grade      INTEGER,
    scope      TEXT,
    reason     TEXT NOT NULL,
    by         TEXT NOT NULL,
    decided_at TEXT NOT NULL
) STRICT;

CREATE INDEX decisions_link ON decisions (link);

CREATE TABLE releases (
    serial     INTEGER PRIMARY KEY,
    issued_at  TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    entries    INTEGER NOT NULL,
    digest     TEXT NOT NULL UNIQUE,
    previous   TEXT NOT NULL,
    override   TEXT NOT NULL,           -- who lifted the brake and why; empty: nobody
    recorded_at TEXT NOT NULL
) STRICT;

CREATE TABLE entries (                  -- the list as of the latest release
    id              TEXT PRIMARY KEY,
    scope           TEXT NOT NULL,
    expression      TEXT NOT NULL,
    host            TEXT NOT NULL,
    category        TEXT NOT NULL,
    grade           INTEGER NOT NULL,
    clause          TEXT NOT NULL,
    jurisdiction    TEXT NOT NULL,
    first_seen      TEXT NOT NULL,
    listed_at       TEXT NOT NULL,
    verified_at     TEXT NOT NULL,
    expires_at      TEXT NOT NULL,
    verdict         INTEGER NOT NULL REFERENCES verdicts (id),
    evidence        TEXT NOT NULL,      -- JSON, as in verdicts
    evidence_digest TEXT NOT NULL,
    policy          TEXT NOT NULL,
    decided_by      TEXT NOT NULL,
    sensitive       INTEGER NOT NULL
) STRICT;

CREATE INDEX entries_host ON entries (host);

CREATE TABLE aliases (
    expression TEXT NOT NULL,
    entry      TEXT NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    sensitive  INTEGER NOT NULL,
    PRIMARY KEY (entry, expression)
) STRICT, WITHOUT ROWID;

CREATE TABLE tombstones (
    id         TEXT NOT NULL,           -- of the entry that left
    listed_at  TEXT NOT NULL,
    removed_at TEXT NOT NULL,
    reason     TEXT NOT NULL,
    PRIMARY KEY (id, removed_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE review_queue (             -- what the latest release left to a moderator, and why
    id         INTEGER PRIMARY KEY,
    link       INTEGER NOT NULL REFERENCES links (id),
    url        TEXT NOT NULL,
    reason     TEXT NOT NULL,
    category   TEXT,
    grade      INTEGER NOT NULL,
    confidence REAL NOT NULL
) STRICT;

CREATE INDEX review_queue_link ON review_queue (link);

CREATE TABLE announcements (
    slug          TEXT PRIMARY KEY,
    since         TEXT NOT NULL,
    until         TEXT NOT NULL,
    published_at  TEXT NOT NULL,
    links_blocked INTEGER NOT NULL,
    accounts      TEXT NOT NULL,        -- JSON: accounts by recommended step
    groups        TEXT NOT NULL,        -- JSON: groups by recommended step
    categories    TEXT NOT NULL,        -- JSON: links blocked by category
    examples      TEXT NOT NULL,        -- JSON: masked names
    removed       INTEGER NOT NULL,
    corrected     INTEGER NOT NULL
) STRICT;

CREATE TRIGGER captures_are_not_changed BEFORE UPDATE ON captures
BEGIN SELECT raise(ABORT, 'captures are append-only'); END;
CREATE TRIGGER captures_are_not_deleted BEFORE DELETE ON captures
BEGIN SELECT raise(ABORT, 'captures are append-only'); END;
CREATE TRIGGER verdicts_are_not_changed BEFORE UPDATE ON verdicts
BEGIN SELECT raise(ABORT, 'verdicts are append-only'); END;
CREATE TRIGGER verdicts_are_not_deleted BEFORE DELETE ON verdicts
BEGIN SELECT raise(ABORT, 'verdicts are append-only'); END;
CREATE TRIGGER decisions_are_not_changed BEFORE UPDATE ON decisions
BEGIN SELECT raise(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decisions_are_not_deleted BEFORE DELETE ON decisions
BEGIN SELECT raise(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER releases_are_not_changed BEFORE UPDATE ON releases
BEGIN SELECT raise(ABORT, 'releases are append-only'); END;
CREATE TRIGGER releases_are_not_deleted BEFORE DELETE ON releases
BEGIN SELECT raise(ABORT, 'releases are append-only'); END;

CREATE VIEW current_verdicts AS         -- the newest on each link holds
SELECT verdicts.* FROM links
JOIN verdicts ON verdicts.id = (SELECT max(id) FROM verdicts WHERE link = links.id);

CREATE VIEW current_decisions AS
SELECT decisions.* FROM decisions
WHERE decisions.id = (SELECT max(id) FROM decisions AS newer WHERE newer.link = decisions.link);

CREATE VIEW due_links AS                -- what a worker could lease at this moment, most urgent first
SELECT links.id, links.url, links.host, links.due_at, links.attempts, links.unreachable_since
FROM links JOIN hosts ON hosts.host = links.host
WHERE links.due_at <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
  AND coalesce(links.leased_until, '') <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
  AND coalesce(hosts.leased_until, '') <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
ORDER BY links.due_at, links.id;

CREATE VIEW listed_entries AS           -- the list with the page that put each entry there
SELECT entries.id, entries.scope, entries.expression, entries.category, entries.grade, entries.decided_by,
       entries.listed_at, entries.verified_at, entries.expires_at,
       verdicts.link, links.url AS shared_url, verdicts.landing, verdicts.title, verdicts.reason, verdicts.confidence
FROM entries
JOIN verdicts ON verdicts.id = entries.verdict
JOIN links ON links.id = verdicts.link;
