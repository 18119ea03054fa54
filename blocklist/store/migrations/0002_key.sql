-- Which key made the pseudonyms: a keyed digest that tells another key, and nothing of this one.
CREATE TABLE pseudonym_key (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    fingerprint TEXT NOT NULL
) STRICT;
