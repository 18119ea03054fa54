"""A list key as the browser would write it: what formats need that compare addresses letter by letter.

The key is canonical (escapes upper-case, ``"`` raw); a browser sends ``%22`` for ``"`` and keeps the case of
the escapes it was given. Both cases are therefore said, and never a pattern that could match more.
"""

import re
from functools import lru_cache

from blocklist.errors import UrlError
from blocklist.model import ListKey
from blocklist.urls import list_key, parse_url

_ESCAPE = re.compile(r"%[0-9A-F]{2}")


@lru_cache(maxsize=65_536)  # six formats ask in turn, each for the whole list
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
    forms = [upper] if list_key(url) == key else []
    if lower != upper and list_key(parse_url(f"http://{lower}")) == key:
        forms.append(lower)
    return tuple(forms)
