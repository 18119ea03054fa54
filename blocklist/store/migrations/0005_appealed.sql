-- Which decisions answer an appeal that was upheld; and listed pages that were judged once more, blind.
ALTER TABLE decisions ADD COLUMN on_appeal INTEGER NOT NULL DEFAULT 0;
ALTER TABLE proposals ADD COLUMN on_appeal INTEGER NOT NULL DEFAULT 0;

CREATE TABLE blind_reviews (            -- a random sample of what is listed, judged by who does not see the verdict
    id       INTEGER PRIMARY KEY,
    link     INTEGER NOT NULL REFERENCES links (id),
    entry    TEXT NOT NULL,
    verdict  INTEGER NOT NULL REFERENCES verdicts (id),
    drawn_at TEXT NOT NULL,
    said_at  TEXT,                      -- NULL: waits
    said_by  TEXT,
    upheld   INTEGER                    -- 1: contraband too, 0: not; NULL: waits, or could not be told
) STRICT;
CREATE INDEX blind_reviews_open ON blind_reviews (id) WHERE said_at IS NULL;
