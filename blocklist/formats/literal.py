"""A list key as the browser would write it: what formats need that compare addresses letter by letter.

The key is canonical (escapes upper-case, ``"`` raw); a browser sends ``%22`` for ``"`` and keeps the case of
the escapes it was given. Both cases are therefore said, and never a pattern that could match more.
"""

import re

from blocklist.errors import UrlError
from blocklist.model import ListKey
from blocklist.urls import list_key, parse_url

_MAX_PLAIN = 1000  # characters, far below what a URL may have
_PLAIN = re.compile(
    r"(?=[^/]{1,63}/)(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*/"  # no label too long, no number, which is an address
    r"(?:[\w~-][\w.~-]*/)*(?:[\w~-][\w.~-]*)?(?:\?[\w.~=&-]+)?",
    re.ASCII,
).fullmatch
"""Keys in which no browser finds anything to change: asking costs a tenth of parsing."""
_ESCAPE = re.compile(r"%[0-9A-F]{2}")


def literal_forms(key: ListKey) -> tuple[str, ...]:
    """Return the scheme-less addresses under which a browser may ask for ``key``; empty: there is none.

    Each parses back to ``key``, over http and https alike.
    """
    if len(key) <= _MAX_PLAIN and _PLAIN(key) and "xn--" not in key:
        return (key,)
    try:
        url = parse_url(f"http://{key}")
    except UrlError:
        return ()
    upper = url.removeprefix("http://")
    lower = _ESCAPE.sub(lambda found: found[0].lower(), upper)
    forms = [upper] if list_key(url) == key else []
    if lower != upper and list_key(parse_url(f"http://{lower}")) == key:
        forms.append(lower)
    return tuple(forms)
