-- A desk for many moderators: who has which case in hand, decisions made together, and what cases have in common.
CREATE TABLE claims (
    link  INTEGER PRIMARY KEY REFERENCES links (id),
    by    TEXT NOT NULL,
    until TEXT NOT NULL                 -- in hand until then, and nobody's afterwards
) STRICT;

CREATE TABLE batches (                  -- one reason for several decisions, each of which is on record by itself
    id        INTEGER PRIMARY KEY,
    link      INTEGER NOT NULL REFERENCES links (id),  -- the case that the others are like
    reason    TEXT NOT NULL,
    by        TEXT NOT NULL,
    at        TEXT NOT NULL,
    undone_by TEXT,                     -- NULL: it stands
    undone_at TEXT
) STRICT;

CREATE TABLE batch_decisions (
    decision INTEGER PRIMARY KEY REFERENCES decisions (id),
    batch    INTEGER NOT NULL REFERENCES batches (id)
) STRICT;
CREATE INDEX batch_decisions_batch ON batch_decisions (batch);

CREATE TABLE traits (                   -- of pages that are not clear: what finds others like them
    link INTEGER PRIMARY KEY REFERENCES links (id),
    lang TEXT NOT NULL,                 -- BCP 47 primary tag; empty: not known
    text BLOB NOT NULL                  -- sketch of what a person reads; empty: too short for one
) STRICT;

CREATE TABLE trait_keys (
    kind TEXT NOT NULL,                 -- text, frame, contact, evidence
    key  BLOB NOT NULL,
    link INTEGER NOT NULL REFERENCES links (id),
    PRIMARY KEY (kind, key, link)
) STRICT, WITHOUT ROWID;
CREATE INDEX trait_keys_link ON trait_keys (link);

ALTER TABLE appeals ADD COLUMN looked_at TEXT;                  -- when the crawler last looked for the claim's word
ALTER TABLE appeals ADD COLUMN looked TEXT NOT NULL DEFAULT ''; -- and what it found
