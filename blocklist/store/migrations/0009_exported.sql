-- What was exported for the platform to act on, and what of it was taken back.
CREATE TABLE exported (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given again: a correction names it
    subject     TEXT NOT NULL,      -- pseudonym
    step        TEXT,               -- NULL: nothing is recommended any more
    rests_on    TEXT NOT NULL,      -- JSON: link to the entry that covered it
    corrects    INTEGER,            -- id of the line that is taken back; NULL: a measure
    reason      TEXT,               -- of a correction
    exported_at TEXT NOT NULL
) STRICT;
CREATE INDEX exported_by_subject ON exported (subject, id);

ALTER TABLE announcements ADD COLUMN rolled_back INTEGER NOT NULL DEFAULT 0;
