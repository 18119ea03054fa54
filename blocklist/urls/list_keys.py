"""Safe Browsing canonical form and expressions: what lists are keyed by, never what is fetched.

Source: https://developers.google.com/safe-browsing/v4/urls-hashing (and v5's, for IPv6). Example::

    https://A.Shop.example:8443/x//%41.html?q=1#top   ->  list key    a.shop.example/x/A.html?q=1
                                                          expressions a.shop.example/x/A.html?q=1
                                                                      a.shop.example/x/A.html
                                                                      a.shop.example/   a.shop.example/x/
                                                                      shop.example/x/A.html?q=1  …

Two deliberate deviations, both so that a key written as ``http://`` + key parses back to the same key: hosts
are WHATWG's (``host%23.com`` is no host), and a backslash in a path stays escaped (``%5C``), because a
browser would read a raw one as a slash.
"""

import hashlib
import re

from blocklist.model import ListKey, WebUrl
from blocklist.urls.parse import host_of, is_ip

_HEX = re.compile(rb"%([0-9A-Fa-f]{2})")
_ESCAPE = re.compile(rb"[\x00-\x20\x7f-\xff#%]")
_SLASHES = re.compile(rb"//+")
_MAX_SUFFIX_LABELS = 5
_MAX_DIRECTORIES = 4  # "/" and three directories below it


def list_key(url: WebUrl) -> ListKey:
    """Return the canonical ``host/path?query`` of ``url``: no scheme, port or fragment."""
    return ListKey(host_of(url) + _canonical_path(url))


def expressions(url: WebUrl) -> tuple[ListKey, ...]:
    """Return every key under which ``url`` may be listed, most exact first; at most 5 hosts by 6 paths."""
    host = host_of(url)
    paths = _path_expressions(_canonical_path(url))
    return tuple(ListKey(name + path) for name in _host_expressions(host) for path in paths)


def key_hash(key: ListKey) -> bytes:
    """Return the SHA-256 of ``key``: 32 bytes, of which lists publish prefixes."""
    return hashlib.sha256(key.encode()).digest()


def _canonical_path(url: str) -> str:
    rest = url[url.index("/", url.index("//") + 2) :].partition("#")[0]
    if "%" in rest or "//" in rest:  # most URLs have neither, and WHATWG did the rest
        rest = _unescaped_path(rest.encode())
    path, _, query = rest.partition("?")
    return f"{path}?{query}" if query else path


def _unescaped_path(raw: bytes) -> str:
    path, mark, query = _unescape(raw).partition(b"?")
    path = _SLASHES.sub(b"/", _resolve_dots(path))
    return _escape(path).replace("\\", "%5C") + mark.decode() + _escape(query)


def _unescape(raw: bytes) -> bytes:
    """Percent-unescape until stable: ``%2525`` hides as well as ``%25`` does."""
    while (once := _HEX.sub(_byte, raw)) != raw:
        raw = once
    return raw


def _byte(found: re.Match[bytes]) -> bytes:
    return bytes.fromhex(found[1].decode())


def _escape(raw: bytes) -> str:
    return _ESCAPE.sub(lambda found: b"%%%02X" % found[0][0], raw).decode()


def _resolve_dots(path: bytes) -> bytes:
    """Resolve the ``.`` and ``..`` that unescaping brought to light."""
    if b"/." not in path:
        return path
    kept: list[bytes] = []
    segments = path.split(b"/")[1:]
    for segment in segments:
        if segment == b"..":
            del kept[-1:]
        elif segment != b".":
            kept.append(segment)
    if segments[-1] in {b".", b".."}:
        kept.append(b"")
    return b"/" + b"/".join(kept)


def _path_expressions(path_and_query: str) -> tuple[str, ...]:
    """Return the exact path with and without query, then its directories, deepest first, up to ``/``."""
    path = path_and_query.partition("?")[0]
    directories = path.split("/", _MAX_DIRECTORIES)[1:-1]
    prefixes = [
        "/" + "".join(f"{name}/" for name in directories[:depth]) for depth in range(_MAX_DIRECTORIES)
    ]
    return tuple(dict.fromkeys((path_and_query, path, *reversed(prefixes))))


def _host_expressions(host: str) -> tuple[str, ...]:
    """Return the exact host, then the suffixes of its last five labels down to two; an address has none."""
    if is_ip(host):
        return (host,)
    labels = host.split(".")
    longest = min(len(labels), _MAX_SUFFIX_LABELS)
    suffixes = (".".join(labels[-count:]) for count in range(longest, 1, -1))
    return tuple(dict.fromkeys((host, *suffixes)))
