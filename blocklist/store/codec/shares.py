"""Links and shares as columns."""

from typing import Any

import orjson

from blocklist.model import Host, Link, Pseudonym, Share, Surface, WebUrl
from blocklist.store.codec.scalars import Row, clean, maybe_time_of, maybe_time_text, reads

LINK = ("id", "url", "host", "sensitive", "attempts")
SHARE = (
    "surface",
    "account",
    "account_name",
    "in_group",
    "group_name",
    "reporter",
    "forwarded",
    "shared_at",
    "content",
)


@reads("link")
def link_of(row: Row) -> Link:
    """Read columns LINK."""
    identifier, url, host, sensitive, attempts = row
    return Link(
        id=identifier,
        url=WebUrl(url),
        host=Host(host),
        sensitive=() if sensitive == "[]" else tuple(orjson.loads(sensitive)),
        attempts=attempts,
    )


def share_row(share: Share) -> tuple[Any, ...]:
    """Write columns SHARE."""
    return (
        share.surface.value,
        share.account,
        clean(share.account_name),
        share.group,
        clean(share.group_name),
        share.reporter,
        int(share.forwarded),
        maybe_time_text(share.shared_at),
        share.content,
    )


@reads("share")
def share_of(url: str, row: Row) -> Share:
    """Read columns SHARE; the URL is the link's."""
    surface, account, account_name, group, group_name, reporter, forwarded, shared_at, content = row
    return Share(
        url=WebUrl(url),
        surface=Surface(surface),
        account=None if account is None else Pseudonym(account),
        account_name=account_name,
        group=None if group is None else Pseudonym(group),
        group_name=group_name,
        reporter=None if reporter is None else Pseudonym(reporter),
        forwarded=bool(forwarded),
        shared_at=maybe_time_of(shared_at),
        content=None if content is None else Pseudonym(content),
    )
