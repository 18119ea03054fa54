-- What the last visits to a link tell the next one; and what became of evidence and of pages that are never kept.
ALTER TABLE links ADD COLUMN interval_s REAL;                       -- last interval planned; NULL: its page was never up
ALTER TABLE links ADD COLUMN heat REAL NOT NULL DEFAULT 0;          -- flips of its label, older ones counting less
ALTER TABLE links ADD COLUMN says TEXT NOT NULL DEFAULT '';         -- what the judge said, in short
ALTER TABLE links ADD COLUMN etag TEXT NOT NULL DEFAULT '';         -- of the answer that brought the page
ALTER TABLE links ADD COLUMN last_modified TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN payload TEXT NOT NULL DEFAULT '';      -- digest of the payload that the archive holds
ALTER TABLE links ADD COLUMN confirmed_at TEXT;                     -- last visit that found the judged page unchanged
ALTER TABLE links ADD COLUMN routes INTEGER NOT NULL DEFAULT 0;     -- 1: a script makes pages of its fragments

CREATE INDEX links_twins ON links (crawl_key) WHERE instr(url, '#') > 0;

CREATE TABLE erasures (                 -- evidence that was kept long enough; the capture's row stays
    capture   INTEGER PRIMARY KEY REFERENCES captures (id),
    erased_at TEXT NOT NULL,
    reason    TEXT NOT NULL
) STRICT;

CREATE TABLE hotline (                  -- pages never to be kept, of which the operator's hook was told
    link    INTEGER PRIMARY KEY REFERENCES links (id),
    told_at TEXT NOT NULL
) STRICT;
