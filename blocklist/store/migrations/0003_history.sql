-- The log of what was listed, verified, removed and released: lines stay, bodies may be emptied.
CREATE TABLE history (
    number INTEGER PRIMARY KEY,             -- from 0, as the log counts
    kind   TEXT NOT NULL,
    entry  TEXT NOT NULL,                   -- empty: a release
    leaf   BLOB NOT NULL,                   -- the line that is hashed
    salt   BLOB NOT NULL,                   -- empty: erased
    body   BLOB NOT NULL                    -- empty: erased
) STRICT;
CREATE INDEX history_entry ON history (entry);

CREATE TABLE checkpoints (
    serial INTEGER PRIMARY KEY REFERENCES releases (serial),
    note   BLOB NOT NULL                    -- the file, signed
) STRICT;

CREATE TRIGGER history_is_not_changed BEFORE UPDATE ON history
WHEN new.number <> old.number OR new.kind <> old.kind OR new.entry <> old.entry OR new.leaf <> old.leaf
    OR length(new.salt) > 0 OR length(new.body) > 0
BEGIN SELECT raise(ABORT, 'history is append-only; a body can only be erased'); END;
CREATE TRIGGER history_is_not_deleted BEFORE DELETE ON history
BEGIN SELECT raise(ABORT, 'history is append-only'); END;
CREATE TRIGGER checkpoints_are_not_changed BEFORE UPDATE ON checkpoints
BEGIN SELECT raise(ABORT, 'checkpoints are append-only'); END;
CREATE TRIGGER checkpoints_are_not_deleted BEFORE DELETE ON checkpoints
BEGIN SELECT raise(ABORT, 'checkpoints are append-only'); END;
