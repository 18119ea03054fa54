"""``<meta http-equiv=refresh>``: the redirect that HTTP does not see.

Parsed as the HTML standard does ("shared declarative refresh steps"). One inside ``<noscript>`` or a
comment leads nobody on who uses an ordinary browser.
"""

import re
from functools import cache
from itertools import product

from ahocorasick_rs import BytesAhoCorasick

_META = re.compile(
    rb"<meta\b(?=[^>]{0,300}?http-equiv\s*=\s*[\"']?\s*refresh)[^>]{0,4000}?>", re.IGNORECASE | re.DOTALL
)
_CONTENT = re.compile(r"content\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_UNSEEN = re.compile(
    rb"<!--.*?(?:-->|$)|<noscript\b.*?(?:</noscript|$)|<script\b.*?(?:</script|$)", re.IGNORECASE | re.DOTALL
)
_VALUE = re.compile(
    r"\s*(\d{0,9}(?:\.\d*)?)[\d.]*(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(?:\"([^\"]*)|'([^']*)|(.*))",
    re.IGNORECASE | re.DOTALL,
)
_LOOKED_AT = 65_536  # bytes


def find_refresh(body: bytes, content_type: str) -> tuple[float, str] | None:
    """Return seconds and target, as written, of the first meta refresh that leads elsewhere; None: no such.

    Cheap: nothing is parsed unless the word stands in the first bytes. UTF-16 is not looked into.
    """
    head = body[:_LOOKED_AT]
    if not _said().find_matches_as_indexes(head) or b"refresh" not in head.lower():
        return None
    found = _META.search(_UNSEEN.sub(b"", head))
    if found is None:
        return None
    content = _CONTENT.search(_text(found[0], content_type))
    if content is None:
        return None
    from html import unescape  # noqa: PLC0415 - only where a refresh is

    return parse_refresh(unescape(content[1] or content[2] or content[3] or ""))


@cache
def _said() -> BytesAhoCorasick:
    """Return what finds the middle of the word in any case, in a thirtieth of the time of ``lower``."""
    return BytesAhoCorasick([bytes(each) for each in product(*zip(b"fres", b"FRES", strict=True))])


def parse_refresh(content: str) -> tuple[float, str] | None:
    """Read the ``content`` of a refresh; None: it only reloads, or is no refresh."""
    found = _VALUE.match(content[:8192])
    if found is None or not (found[1] or content.lstrip().startswith(("0", ".", ";", ","))):
        return None
    target = (found[2] or found[3] or found[4] or "").strip()
    return (float(found[1] or 0) if found[1] not in {"", "."} else 0.0, target) if target else None


def _text(tag: bytes, content_type: str) -> str:
    from crawler.read.decode import decode  # noqa: PLC0415 - only where a refresh is

    return decode(tag, content_type)[0]
