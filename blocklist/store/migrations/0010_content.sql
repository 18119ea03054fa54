-- The message or post that a share was part of; and what announcements count of content and links.
ALTER TABLE shares ADD COLUMN content TEXT;                                 -- pseudonym; NULL: not said

ALTER TABLE announcements ADD COLUMN contents TEXT NOT NULL DEFAULT '{}';   -- JSON: messages and posts by step
ALTER TABLE announcements ADD COLUMN link_steps TEXT NOT NULL DEFAULT '{}'; -- JSON: links by step
