"""A list key as the browser would write it: what formats need that compare addresses letter by letter.

The key is canonical (escapes upper-case, ``"`` raw); a browser sends ``%22`` for ``"`` and keeps the case of
the escapes it was given. Both cases are therefore said, and never a pattern that could match more.
"""

import re

from blocklist.errors import UrlError
from blocklist.model import ListKey
from blocklist.urls import list_key, parse_url

_ESCAPE = re.compile(r"%[0-9A-F]{2}")


def literal_forms(key: ListKey) -> tuple[str, ...]:
    """Return the scheme-less addresses under which a browser may ask for ``key``; empty: there is none.

    Each parses back to ``key``, over http and https alike.
    """
    try:
        url = parse_url(f"http://{key}")
    except UrlError:
        return ()
    upper = url.removeprefix("http://")
    lower = _ESCAPE.sub(lambda found: found[0].lower(), upper)
    forms = dict.fromkeys((upper, lower))
    return tuple(form for form in forms if list_key(parse_url(f"http://{form}")) == key)
