-- What the platform's card of a link showed, as it was last reported: a page that says something else to our
-- declared agent is looked at from elsewhere.
CREATE TABLE previews (
    link INTEGER PRIMARY KEY REFERENCES links (id),
    said TEXT NOT NULL                  -- contacts masked
) STRICT;
