-- What people hold besides their secret, where they are logged in, and who has which appeal in hand.
ALTER TABLE staff ADD COLUMN factor BLOB;                       -- TOTP secret, sealed; NULL: none is set up
ALTER TABLE staff ADD COLUMN factor_step INTEGER NOT NULL DEFAULT 0;  -- last time step whose code was taken; none is twice

CREATE TABLE recovery_codes (           -- each opens once in place of the second factor
    digest BLOB PRIMARY KEY,            -- SHA-256: 99 random bits need no slow hash
    staff  INTEGER NOT NULL REFERENCES staff (id)
) STRICT, WITHOUT ROWID;

ALTER TABLE sessions ADD COLUMN began_at TEXT;                  -- NULL: before that was noted

CREATE TABLE appeal_claims (
    appeal INTEGER PRIMARY KEY REFERENCES appeals (id),
    by     TEXT NOT NULL,
    until  TEXT NOT NULL                -- in hand until then, and nobody's afterwards
) STRICT;
