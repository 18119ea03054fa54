"""The words of ``model`` as columns, and back: the one place that knows how a value is written.

Column tuples name the columns in the order in which the functions beside them write and read them.
"""

from blocklist.store.codec.captures import CAPTURE, capture_of, capture_row, hops_of
from blocklist.store.codec.listed import (
    ALIAS,
    ENTRY,
    REVIEW_ITEM,
    TOMBSTONE,
    alias_of,
    alias_row,
    entry_of,
    entry_row,
    review_item_of,
    review_item_row,
    tombstone_of,
    tombstone_row,
)
from blocklist.store.codec.releases import (
    ANNOUNCEMENT,
    RELEASE,
    announcement_of,
    announcement_row,
    release_of,
    release_row,
)
from blocklist.store.codec.scalars import (
    clean,
    json_text,
    maybe_time_of,
    maybe_time_text,
    reads,
    time_of,
    time_text,
)
from blocklist.store.codec.shares import LINK, SHARE, link_of, share_of, share_row
from blocklist.store.codec.verdicts import (
    DECISION,
    VERDICT,
    decision_of,
    decision_row,
    evidence_of,
    evidence_text,
    verdict_of,
    verdict_row,
)

__all__ = [
    "ALIAS",
    "ANNOUNCEMENT",
    "CAPTURE",
    "DECISION",
    "ENTRY",
    "LINK",
    "RELEASE",
    "REVIEW_ITEM",
    "SHARE",
    "TOMBSTONE",
    "VERDICT",
    "alias_of",
    "alias_row",
    "announcement_of",
    "announcement_row",
    "capture_of",
    "capture_row",
    "clean",
    "decision_of",
    "decision_row",
    "entry_of",
    "entry_row",
    "evidence_of",
    "evidence_text",
    "hops_of",
    "json_text",
    "link_of",
    "maybe_time_of",
    "maybe_time_text",
    "reads",
    "release_of",
    "release_row",
    "review_item_of",
    "review_item_row",
    "share_of",
    "share_row",
    "time_of",
    "time_text",
    "tombstone_of",
    "tombstone_row",
    "verdict_of",
    "verdict_row",
]
