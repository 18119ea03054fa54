"""URLs that are plain already: what they are made of, read off without a parser.

A URL of lower-case names and unreserved characters, with no escape, dot segment, empty segment or port, is
its own WHATWG serialisation. Most links that people share are such. Everything else is left to ``parse``,
which says the same of these (a property of the tests) at several times the cost.
"""

import re

_SAFE = r"A-Za-z0-9._~!$&()*+,;=:\-"
_PLAIN = re.compile(
    r"https?://"
    r"((?:[a-z0-9][a-z0-9-]*\.)+[a-z][a-z0-9-]*)"  # the last label begins with a letter: no address
    rf"(/[{_SAFE}/]*(?:\?[{_SAFE}/?]+)?)?"
    rf"(?:#[{_SAFE}/?]*)?"
).fullmatch
_MAX_NAME = 63  # characters that are surely no label and no name too long for DNS
_MAX_PATH = 4096  # far below the longest URL taken, which is measured elsewhere


def plain_parts(text: str) -> tuple[str, str] | None:
    """Return host, and path with query (empty: neither is written), of a plain URL; None: parse it."""
    found = _PLAIN(text)
    if found is None:
        return None
    host, path = found.groups("")
    if (
        len(host) <= _MAX_NAME
        and len(text) <= _MAX_PATH
        and "/." not in path
        and "//" not in path
        and "xn--" not in host
    ):
        return host, path
    return None
