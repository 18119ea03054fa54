"""What earlier visits to a link tell the next one, as its row, its verdict and that verdict's capture say."""

from typing import Any

from blocklist.model import Known, Label, Watch, WebUrl
from blocklist.store import codec
from blocklist.store.database import Database

# The page is known while the verdict that holds is the machine's, of one capture, whose evidence is kept.
_WATCH = """
SELECT verdicts.label, links.last_visit_at, links.interval_s, links.heat, links.says,
       captures.id IS NOT NULL AND captures.failure IS NULL AND captures.archive_file IS NOT NULL
         AND captures.final_url IS NOT NULL AND links.payload <> ''
         AND verdicts.by = 'machine' AND json_array_length(verdicts.captures) = 1
         AND NOT EXISTS (SELECT 1 FROM erasures WHERE capture = captures.id),
       captures.final_url, captures.content_type, captures.body_sha256, captures.body_bytes, verdicts.policy,
       links.payload, captures.fetched_at, links.etag, links.last_modified
FROM links
JOIN verdicts ON verdicts.id = (SELECT max(id) FROM verdicts WHERE link = links.id)
LEFT JOIN captures ON captures.id = verdicts.capture
WHERE links.id = ? AND links.last_visit_at IS NOT NULL
"""


def watch_of(db: Database, link: int) -> Watch | None:
    """Return what is known of ``link``; None: it was never visited."""
    row = db.row(_WATCH, (link,))
    return None if row is None else _watch(row)


@codec.reads("link's watch")
def _watch(row: tuple[Any, ...]) -> Watch:
    label, visited_at, interval_s, heat, says, known, *page = row
    return Watch(
        label=Label(label),
        visited_at=codec.time_of(visited_at),
        interval_s=interval_s,
        heat=heat,
        says=says,
        known=_known(page) if known else None,
    )


def _known(page: list[Any]) -> Known:
    url, content_type, sha256, size, policy, payload, fetched_at, etag, last_modified = page
    return Known(
        url=WebUrl(url),
        content_type=content_type,
        sha256=sha256,
        size=size,
        policy=policy,
        payload=payload,
        fetched_at=codec.time_of(fetched_at),
        etag=etag,
        last_modified=last_modified,
    )
