-- A sample of what moderators decided is read once more, by somebody else who sees no verdict.
ALTER TABLE blind_reviews ADD COLUMN decision INTEGER REFERENCES decisions (id);  -- NULL: drawn from what is listed
