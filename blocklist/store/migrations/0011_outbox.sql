-- Messages to the platform's webhook, and the lines that each carries until it has arrived.
CREATE TABLE messages (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,   -- they are sent in this order
    id         TEXT NOT NULL UNIQUE,                -- webhook-id: the same at every try
    made_at    TEXT NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    next_at    TEXT NOT NULL,                       -- no try before
    settled_at TEXT,                                -- NULL: waits
    outcome    TEXT NOT NULL DEFAULT '',            -- delivered, dead (given up), empty (its people were forgotten)
    problem    TEXT NOT NULL DEFAULT ''             -- of the last try
) STRICT;
CREATE INDEX messages_waiting ON messages (number) WHERE settled_at IS NULL;

CREATE TABLE message_lines (
    line    INTEGER PRIMARY KEY,                    -- id of the exported line
    message INTEGER NOT NULL REFERENCES messages (number),
    subject TEXT NOT NULL,                          -- pseudonym, or a link's name
    body    TEXT NOT NULL                           -- JSON, as exported
) STRICT;
CREATE INDEX message_lines_by_message ON message_lines (message);
CREATE INDEX message_lines_by_subject ON message_lines (subject);
