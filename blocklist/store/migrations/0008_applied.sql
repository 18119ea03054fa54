-- What the platform says it did to accounts and groups; announcements count it.
CREATE TABLE applied (
    subject     TEXT NOT NULL,      -- pseudonym
    step        TEXT NOT NULL,      -- of the ladder, or 'lifted'
    applied_at  TEXT NOT NULL,
    received_at TEXT NOT NULL,
    PRIMARY KEY (subject, applied_at, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX applied_by_time ON applied (applied_at);

ALTER TABLE announcements ADD COLUMN applied INTEGER NOT NULL DEFAULT 0;    -- 1: its accounts and groups are of this
