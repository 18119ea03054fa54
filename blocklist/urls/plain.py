"""The list key of a URL that is plain already, without parsing it: what most look-ups ask about.

A URL of lower-case names and unreserved characters, with no escape, dot segment or empty segment, is its own
WHATWG serialisation; its key is read off it. Everything else is left to ``parse_url`` and ``list_key``, which
say the same of these (a property of the tests) at three times the cost.
"""

import re

from blocklist.model import Host, ListKey
from blocklist.urls.list_keys import list_key
from blocklist.urls.parse import host_of, parse_url

_SAFE = r"A-Za-z0-9._~!$&()*+,;=:\-"
_PLAIN = re.compile(
    r"https?://"
    r"((?:[a-z0-9][a-z0-9-]*\.)+[a-z][a-z0-9-]*)"  # the last label begins with a letter: no address
    rf"(/[{_SAFE}/]*(?:\?[{_SAFE}/?]+)?)?"
    rf"(?:#[{_SAFE}/?]*)?"
).fullmatch
_MAX_NAME = 63  # characters that are surely no label and no name too long for DNS
_MAX_PATH = 4096  # far below the longest URL taken, which is measured elsewhere


def place_of(text: str) -> tuple[Host, ListKey]:
    """Return host and list key of the URL ``text``, as ``list_key(parse_url(text))``; raises UrlError."""
    found = _PLAIN(text)
    if found is not None:
        host, path = found.groups()
        if (
            len(host) <= _MAX_NAME
            and "xn--" not in host
            and (path is None or ("/." not in path and "//" not in path and len(path) <= _MAX_PATH))
            and len(text) <= _MAX_PATH
        ):
            return Host(host), ListKey(host + (path or "/"))
    url = parse_url(text)
    return host_of(url), list_key(url)
