-- Generations of the pseudonym key, and who is known to be the same person under two of them.
CREATE TABLE key_generations (
    generation   INTEGER PRIMARY KEY,
    fingerprint  TEXT NOT NULL,     -- a keyed digest that tells another key, and nothing of this one
    made_at      TEXT,              -- NULL: before generations were told apart
    replaced_at  TEXT,              -- NULL: the present one
    destroyed_at TEXT               -- NULL: the key is there
) STRICT;
INSERT INTO key_generations (generation, fingerprint) SELECT 1, fingerprint FROM pseudonym_key;
DROP TABLE pseudonym_key;

CREATE TABLE successions (          -- pseudonyms of a key that was replaced, while it is not destroyed
    old TEXT PRIMARY KEY,
    new TEXT                        -- of a later key; NULL: not met since
) STRICT, WITHOUT ROWID;
CREATE INDEX successions_new ON successions (new) WHERE new IS NOT NULL;
