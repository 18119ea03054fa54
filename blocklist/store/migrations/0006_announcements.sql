-- What a person wrote for an announcement, and what was amended after it was published.
ALTER TABLE announcements ADD COLUMN words TEXT NOT NULL DEFAULT '[]';       -- JSON: [{language, title, body}]
ALTER TABLE announcements ADD COLUMN amendments TEXT NOT NULL DEFAULT '[]';  -- JSON: [{at, withdrawn, reason}]
