"""Whether a page is as it was when it was judged, so that its verdict holds without reading it again. Pure.

A page is asked for on conditions (RFC 9110 section 13) only where its landing was before, and only while its
verdict is by the present policy and this edition of the judge. A server may say for ever that nothing has
changed, and what makes a suspect lies not in the page alone: from time to time all is read anew.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from importlib.metadata import version

import orjson

from blocklist.model import Judgement, Known, Link, WebUrl
from blocklist.urls import without_fragment
from crawler.fetch.answered import Fields, field_text

EDITION = version("linkgazette")
"""Another edition may judge otherwise: what it has not read it does not confirm."""
READ_EVERY = timedelta(days=7)
"""How long a page that seems unchanged is not read."""
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,200}"')  # RFC 9110 section 8.8.3
_DATE = re.compile(r"[A-Za-z]{3}, [0-9A-Za-z: ]{17,21} GMT")  # section 5.6.7


def leant_on(link: Link, *, policy: str, now: datetime) -> Known | None:
    """Return the page that a visit to ``link`` and its twins may find again; None: it must be read."""
    found = [_known(each, policy) for each in (link, *link.twins)]
    first = found[0]
    if first is None or any(each is None or each.sha256 != first.sha256 for each in found):
        return None
    # Of the future, if the clock was set back since.
    return first if timedelta(0) <= now - first.fetched_at <= READ_EVERY else None


def conditions(known: Known | None, here: WebUrl) -> dict[str, str]:
    """Return the header fields that ask ``here`` for its page only if it is not ``known`` any more."""
    # A fragment is not sent.
    if known is None or without_fragment(known.url) != without_fragment(here):
        return {}
    fields = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in fields.items() if value}


def validators(fields: Fields) -> tuple[str, str]:
    """Return ETag and Last-Modified of an answer; empty: none that could be sent back."""
    etag, modified = field_text(fields, b"etag"), field_text(fields, b"last-modified")
    return etag if _ETAG.fullmatch(etag) else "", modified if _DATE.fullmatch(modified) else ""


def says(judgement: Judgement, title: str, landing: WebUrl | None) -> str:
    """Say in short what the judge says of a page: equal while nothing of weight has changed.

    Not the page's digest: most pages carry a time or a token that is new at every visit.
    """
    told = [
        judgement.label,
        judgement.category,
        judgement.publishable,
        sorted({each.rule for each in judgement.evidence}),
        title,
        landing,
    ]
    try:
        return f"{EDITION} {_short(told)}"
    except orjson.JSONEncodeError:  # a title with half a character
        return f"{EDITION} {_short([*told[:4], ascii(title), landing])}"


def _known(link: Link, policy: str) -> Known | None:
    watch = link.watch
    if watch is None or watch.known is None or not watch.says.startswith(f"{EDITION} "):
        return None
    return watch.known if watch.known.policy == policy else None


def _short(told: Sequence[object]) -> str:
    return blake2b(orjson.dumps(told), digest_size=12).hexdigest()
